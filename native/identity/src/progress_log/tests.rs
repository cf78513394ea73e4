use tollgate_core::SystemClock;

use super::*;

fn journal() -> Arc<ProgressLog> {
    Arc::new(ProgressLog::new(Arc::new(SystemClock)))
}

fn lines(journal: &ProgressLog) -> Vec<String> {
    (0..).map_while(|number| journal.event(number)).map(|event| event.text).collect()
}

#[test]
fn a_line_keeps_its_number_while_other_records_show_through() {
    let (own, first, second) = (journal(), journal(), journal());
    let say = |journal: &ProgressLog, text: &str| journal.log(Level::Verbose, text.to_owned());
    say(&own, "1");
    say(&first, "2");
    own.attach(Arc::clone(&first));
    assert_eq!(lines(&own), ["1", "2"]);
    say(&first, "3");
    say(&own, "4");
    own.attach(Arc::clone(&second));
    say(&first, "of no concern any more");
    say(&second, "5");
    own.detach();
    say(&second, "of no concern any more");
    assert_eq!(lines(&own), ["1", "2", "3", "4", "5"]);
}

#[test]
fn what_has_left_is_told_and_what_was_answered_is_not_in_doubt() {
    let journal = journal();
    assert_eq!(journal.sends().to_string(), "the request was not sent");
    journal.record_sent(false);
    assert_eq!(journal.sends().to_string(), "the request was sent once");
    journal.record_sent(true);
    assert_eq!(journal.sends().to_string(), "the request was sent 2 times, and may have been carried out");
    journal.record_response(true);
    assert_eq!(journal.sends().to_string(), "the request was sent 2 times");
    journal.begin_request(false);
    assert_eq!(journal.sends(), Sends::default());
    journal.begin_request(true);
    journal.record_sent(true);
    journal.begin_request(false);
    journal.record_sent(false);
    journal.record_response(false);
    assert_eq!(
        journal.sends().to_string(),
        "the request was sent once, and may have been carried out",
        "what asks after a write is not the write"
    );
}

#[test]
fn progress_and_failure_are_the_followed_records_while_it_is_followed() {
    let (own, other) = (journal(), journal());
    own.set_phase(Phase::Receiving, None);
    own.set_bytes_received(7);
    other.set_phase(Phase::AwaitingSlot, None);
    other.set_last_error("trouble".to_owned());
    own.attach(other);
    assert_eq!((own.progress().phase, own.progress().bytes_received), (Phase::AwaitingSlot, 0));
    assert_eq!(own.last_error().as_deref(), Some("trouble"));
    own.detach();
    assert_eq!((own.progress().phase, own.progress().bytes_received), (Phase::Receiving, 7));
    assert_eq!(own.last_error(), None);
}

#[test]
fn a_request_at_the_gate_says_what_is_in_its_way() {
    let journal = journal();
    let second = Duration::from_secs(1);
    let told = || journal.last_error().unwrap().split_once("; ").unwrap().1.to_owned();
    journal.begin_queueing();
    assert_eq!(told(), "it waits for the gate's files");
    journal.set_stage(WaitStage::Queued {
        remaining: second * 3,
        queue_length: 7,
        pause_remaining: Duration::ZERO,
    });
    assert_eq!(told(), "its place in line comes in about 3 s");
    assert!(journal.last_error().unwrap().contains("where 7 callers of this machine wait"));
    journal.set_stage(WaitStage::Queued {
        remaining: second * 9,
        queue_length: 1,
        pause_remaining: second * 5,
    });
    assert_eq!(told(), "the service refused this machine with a 429, and all rest for 5 s more");
    assert!(journal.last_error().unwrap().contains("where 1 caller of this machine waits"));
    journal.set_stage(WaitStage::Slot);
    assert_eq!(told(), "its place in line has come, and requests of this machine hold the five slots");
    journal.set_stage(WaitStage::Send { paused: Duration::ZERO });
    assert_eq!(told(), "it holds a slot, and waits for the second in which its request may leave");
    journal.end_queueing();
    assert_eq!(journal.last_error(), None);
    journal.begin_queueing();
    assert_eq!(told(), "it waits for the gate's files", "of the try before it says nothing");
}
