"""The languages of the service. A language is one folder of data files; adding one touches no other file."""
