"""The sandbox: what each layer holds back, shown with it and without it, for root and for an ordinary user."""
