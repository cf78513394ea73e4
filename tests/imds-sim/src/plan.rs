//! Which faults the next requests will meet, and how often.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::faults::Fault;

/// A fault and the number of requests it happens to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Map<String, Value>")]
pub struct Planned {
    /// What happens.
    #[serde(flatten)]
    pub fault: Fault,
    /// To how many requests; once if JSON does not say.
    pub times: u32,
}

impl Fault {
    /// This fault for so many requests.
    pub fn times(self, times: u32) -> Planned {
        Planned { fault: self, times }
    }

    /// This fault for every request from now on.
    pub fn forever(self) -> Planned {
        self.times(u32::MAX)
    }
}

impl From<Fault> for Planned {
    fn from(fault: Fault) -> Self {
        fault.times(1)
    }
}

/// By hand, because serde lets a fault without fields pass with any: a misspelt `times` would be lost.
impl TryFrom<Map<String, Value>> for Planned {
    type Error = serde_json::Error;

    fn try_from(mut fields: Map<String, Value>) -> Result<Self, serde_json::Error> {
        let times = fields.remove("times").map_or(Ok(1), serde_json::from_value)?;
        let fault: Fault = serde_json::from_value(Value::Object(fields.clone()))?;
        let known = serde_json::to_value(&fault)?;
        match fields.keys().find(|name| known.get(name).is_none()) {
            Some(name) => Err(serde::de::Error::custom(format!("unknown field `{name}`"))),
            None => Ok(fault.times(times)),
        }
    }
}

/// Faults in the order in which requests will meet them.
#[derive(Debug, Default)]
pub(crate) struct Queue(VecDeque<Planned>);

impl Queue {
    pub(crate) fn push(&mut self, planned: Planned) {
        if planned.times > 0 {
            self.0.push_back(planned);
        }
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn take(&mut self) -> Option<Fault> {
        let first = self.0.front_mut()?;
        if first.times > 1 {
            // The greatest number stands for ever.
            first.times -= u32::from(first.times != u32::MAX);
            return Some(first.fault.clone());
        }
        self.0.pop_front().map(|planned| planned.fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(planned: impl IntoIterator<Item = Planned>) -> Queue {
        let mut queue = Queue::default();
        planned.into_iter().for_each(|fault| queue.push(fault));
        queue
    }

    #[test]
    fn faults_come_in_their_order_and_as_often_as_planned() {
        let mut queue = queue([Fault::Gone.times(2), Fault::Html.times(0), Fault::Hang.into()]);
        assert_eq!(queue.take(), Some(Fault::Gone));
        assert_eq!(queue.take(), Some(Fault::Gone));
        assert_eq!(queue.take(), Some(Fault::Hang));
        assert_eq!(queue.take(), None);
    }

    #[test]
    fn a_fault_for_ever_does_not_wear_off() {
        let mut queue = queue([Fault::Gone.forever()]);
        for _ in 0..1000 {
            assert_eq!(queue.take(), Some(Fault::Gone));
        }
        assert_eq!(queue.0[0].times, u32::MAX);
    }

    #[test]
    fn json_says_what_and_how_often() {
        let json = r#"[{"fault":"gone","times":4}, {"fault":"throttle","retry_after":"3"}, {"fault":"throttle"},
            {"fault":"status","code":503,"body":"busy","headers":[["Retry-After","1"]]},
            {"fault":"expires_on","value":0}, {"fault":"slow_body","milliseconds_per_byte":5}]"#;
        let planned: Vec<Planned> = serde_json::from_str(json).unwrap();
        let status = Fault::Status {
            code: 503,
            body: "busy".into(),
            headers: vec![("Retry-After".into(), "1".into())],
        };
        assert_eq!(
            planned,
            [
                Fault::Gone.times(4),
                Fault::Throttle { retry_after: Some("3".into()) }.into(),
                Fault::Throttle { retry_after: None }.into(),
                status.into(),
                Fault::ExpiresOn { value: 0.into() }.into(),
                Fault::SlowBody { milliseconds_per_byte: 5 }.into(),
            ]
        );
        let again = serde_json::to_string(&planned).unwrap();
        assert_eq!(serde_json::from_str::<Vec<Planned>>(&again).unwrap(), planned);
    }

    #[test]
    fn json_that_names_no_fault_or_an_unknown_field_is_refused() {
        for json in [
            r#"{"fault":"melt"}"#,
            r#"{"times":2}"#,
            r#"{"fault":"redirect"}"#,
            r#"{"fault":"throttle","retry-after":"3"}"#,
            r#"{"fault":"gone","tims":2}"#,
            r#"{"fault":"gone","times":-1}"#,
        ] {
            assert!(serde_json::from_str::<Planned>(json).is_err(), "{json}");
        }
    }
}
