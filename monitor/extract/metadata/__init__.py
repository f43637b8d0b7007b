"""The facts that a page gives about its article: headline, authors, dates, agency, language, outlet."""
