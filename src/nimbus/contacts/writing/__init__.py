"""How contacts are written: one, some with an outcome each, or a batch; locked and logged."""
