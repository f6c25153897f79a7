"""Minutes of meetings: in Markdown, approved at a later meeting, then locked; as PDF, .docx and .odt."""
