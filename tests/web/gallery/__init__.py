"""Every component on pages with made-up people, to be looked at and to be checked by axe."""
