"""Where one arrives: what happened and what to do, the first steps, and the way to anything."""
