//! The machine's pace towards the metadata service, shared by every process. No HTTP here, and nothing of identities.
