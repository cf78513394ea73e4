//! Which tokens Azure's services accept at which hosts, by cloud, and which hosts can show a request to a customer. The
//! tables are facts; what follows from them is decided in `audience`.

pub(crate) mod audience;
pub(crate) mod origin;
pub(crate) mod redirect;

mod china;
mod customer_hosts;
mod government;
mod host_pattern;
mod public;
mod row;
mod service;

pub(crate) use customer_hosts::{can_show_requests, leads_to_customer};
pub(crate) use host_pattern::HostPattern;
pub(crate) use service::{Cloud, Entry, is_storage};
