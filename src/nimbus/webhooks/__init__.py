"""Changes leave as signed events: subscriptions, the outbox written with the change, delivery."""
