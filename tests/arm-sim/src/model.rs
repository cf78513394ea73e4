//! A subscription with what it holds, and the power of its machines.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

pub(crate) struct Subscription {
    pub(crate) number: u32,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) state: String,
    /// By name.
    pub(crate) groups: BTreeMap<String, Value>,
    /// By id.
    pub(crate) resources: BTreeMap<String, Value>,
    /// Of virtual machines, by id; who is not named runs.
    pub(crate) power: HashMap<String, Power>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Power {
    Running,
    Stopped,
    Deallocated,
}

impl Power {
    /// What the action leaves a machine in.
    pub(crate) fn after(action: &str) -> Option<Self> {
        Some(match action.to_ascii_lowercase().as_str() {
            "start" | "restart" => Self::Running,
            "poweroff" => Self::Stopped,
            "deallocate" => Self::Deallocated,
            _ => return None,
        })
    }

    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Stopped => "stopped",
            Self::Deallocated => "deallocated",
        }
    }
}
