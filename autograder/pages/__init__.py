"""Pages that a browser shows of work that nobody trusts: what is cleaned, what learners read, what teachers mark."""
