from hypothesis import settings

# A busy machine is no reason to fail: how long things take is for `bench/` to say.
settings.register_profile("nimbus", deadline=None)
settings.load_profile("nimbus")
