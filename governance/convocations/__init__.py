"""Convening: what is sent to whom, as e-mail, letter and calendar invitation, and what people answer."""
