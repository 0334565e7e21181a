"""How well a contact fits: ICPTierRule, ScoringModel, grades, and writing them anew."""
