//! What each subscription holds: whole objects as JSON, under their ids in lower case.

use imds_sim::SUBSCRIPTION_ID;

use crate::content;
use crate::model::Subscription;
use crate::settings::Description;

pub(crate) struct Store {
    pub(crate) subscriptions: Vec<Subscription>,
}

impl Store {
    /// So many enabled subscriptions and a disabled one, unless they are described otherwise.
    pub(crate) fn new(enabled: u32, described: &[Description]) -> Self {
        let subscriptions = (1..=enabled + 1)
            .map(|number| {
                let state = if number > enabled { "Disabled" } else { "Enabled" };
                let Description { name: own_name, state: own_state } =
                    described.get(number as usize - 1).cloned().unwrap_or_default();
                let name = own_name.unwrap_or_else(|| name(number));
                content::subscription(number, id(number), name, own_state.unwrap_or_else(|| state.into()))
            })
            .collect();
        Self { subscriptions }
    }

    pub(crate) fn find(&self, id: &str) -> Option<usize> {
        self.subscriptions.iter().position(|known| known.id.eq_ignore_ascii_case(id))
    }
}

/// The first is the one that the simulated metadata service names.
fn id(number: u32) -> String {
    format!("{}{number:012}", &SUBSCRIPTION_ID[..24])
}

fn name(number: u32) -> String {
    const WORDS: [&str; 10] = ["One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten"];
    match WORDS.get(number as usize - 1) {
        Some(word) => format!("Simulated {word}"),
        None => format!("Simulated {number}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_subscription_is_disabled() {
        let store = Store::new(3, &[]);
        let told: Vec<_> =
            store.subscriptions.iter().map(|one| (one.name.as_str(), one.state.as_str())).collect();
        assert_eq!(
            told,
            [
                ("Simulated One", "Enabled"),
                ("Simulated Two", "Enabled"),
                ("Simulated Three", "Enabled"),
                ("Simulated Four", "Disabled")
            ]
        );
        assert_eq!(store.find(SUBSCRIPTION_ID), Some(0));
        assert_eq!(store.find("B0000000-5b5c-4000-8000-000000000004"), Some(3));
        assert_eq!(name(50), "Simulated 50");
    }

    #[test]
    fn every_object_names_its_own_subscription_and_no_other() {
        for subscription in Store::new(3, &[]).subscriptions {
            for object in subscription.groups.values().chain(subscription.resources.values()) {
                assert_eq!(object["tags"]["subscription"], subscription.id, "{object}");
                let text = object.to_string();
                assert_eq!(text.matches("b0000000-5b5c").count(), text.matches(&subscription.id).count());
            }
        }
    }
}
