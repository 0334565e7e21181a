"""Reading delimited text: found out how it is written (`sniff`), then row by row (`read`)."""
