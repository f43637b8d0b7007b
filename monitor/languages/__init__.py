"""The languages of the service. A language is one folder of data files.

Adding one touches no other file of the program. The terms of the rules need their spellings in config/rules too, or no text
in it matches.
"""
