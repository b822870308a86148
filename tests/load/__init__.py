"""Many mixed requests at once, each answer compared with what was worked out beforehand."""
