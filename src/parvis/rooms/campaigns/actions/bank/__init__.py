"""What came to a bank account: statements brought in, their lines matched with bills, and what each of them pays."""
