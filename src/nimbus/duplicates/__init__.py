"""Who is in a workspace twice: finding pairs, and what people say of them (S2-20, G-16, G-17)."""
