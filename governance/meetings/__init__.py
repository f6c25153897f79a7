"""The life of a meeting: its states, its agenda, who is convened, who came, and its page.

Each part of a meeting's page is a module with `section(meeting, user) -> dict`, which gives what its template
`templates/governance/_meeting_<part>.html` shows; `page.SECTIONS` names them.
"""
