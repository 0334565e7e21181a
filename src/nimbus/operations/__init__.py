"""The operation log: every write belongs to an Operation and leaves its before and after."""

from nimbus.operations.operation import Operation, start

__all__ = ["Operation", "start"]
