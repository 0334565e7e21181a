"""The operation log: every write belongs to an Operation and leaves its before and after."""

from nimbus.operations import logged
from nimbus.operations.operation import Operation, start

__all__ = ["Operation", "logged", "start"]
