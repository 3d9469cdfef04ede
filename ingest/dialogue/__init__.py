"""How members ask and executives answer in council minutes: points, exchanges, and which answer fits which question."""
