"""What no power cut and no crowd may break, at length: `make soak`.

- An import is killed in each stage, loses its database, sleeps past its lease, is paused, has the
  power cord pulled, at random instants: what is left is what an undisturbed run leaves.
- Webhooks: 10,000 events go to a receiver that fails three times in ten, from a worker that is
  killed 20 times: each arrives, under one id however often it is tried, and none rolled back.
- Idempotency, one key: 50 calls at once with each of 100 keys in each of two workspaces, and one
  power cut: one effect each, and equal answers, byte for byte, to all who were told 409 at first.
- Idempotency, one email: 64 creates at once of each of 200 emails make one contact each.
- Idempotency, beyond the pool: writes of ten kinds to eight contacts, four times as many at once as
  there are connections; none is answered with a 5xx.

`tests/soak/test_sample.py` does a little of the first. `make soak` goes on with `tests/schema`,
which asks of every operation what its document allows and what it does not, and with 10,000
random filters.
"""
