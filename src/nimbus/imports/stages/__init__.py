"""The run of an import: one runner's turn, the stages in their order, the balanced end."""
