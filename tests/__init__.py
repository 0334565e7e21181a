import os

from hypothesis import settings

# The same examples each time: what is new is for the soak to find (`make soak`). And no deadline: a
# busy machine is no fault of what is tested.
BY_CHANCE = "NIMBUS_SOAK_CHANCE" in os.environ
settings.register_profile(
    "nimbus", deadline=None, derandomize=not BY_CHANCE, max_examples=500 if BY_CHANCE else 100
)
settings.load_profile("nimbus")
