//! Many processes that do the same at the same moment: each says `ready` on its stdout, waits for a line on its stdin,
//! and then says in one line how it went. A herd that is dropped leaves no process behind.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// What one process said last, and how long after the release.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) line: String,
    pub(crate) after: Duration,
}

struct Member {
    child: Child,
    stdin: ChildStdin,
}

enum Said {
    Line(String),
    Nothing,
}

/// The processes, and what they say as they say it.
pub(crate) struct Herd {
    members: Vec<Member>,
    said: Receiver<(usize, Said)>,
    voice: Sender<(usize, Said)>,
}

impl Herd {
    /// Starts `count` processes, at most `together` of them on their way at a time, and waits until each is ready.
    pub(crate) fn gather(
        count: usize,
        together: usize,
        patience: Duration,
        command: impl Fn() -> Command,
    ) -> Result<Self> {
        let mut herd = Self::empty();
        let until = Instant::now() + patience;
        let mut ready = 0;
        while ready < count {
            while herd.members.len() < count && herd.members.len() < ready + together {
                herd.add(command())?;
            }
            match herd.listen(until) {
                Some((_, Said::Line(line))) if line == "ready" => ready += 1,
                Some((number, Said::Line(line))) => {
                    bail!("process {number} said before it was ready: {line}")
                }
                Some((number, Said::Nothing)) => bail!("process {number} ended before it was ready"),
                None => bail!("only {ready} of {count} processes were ready in {} s", patience.as_secs()),
            }
        }
        Ok(herd)
    }

    /// Releases all at once.
    pub(crate) fn release(&mut self) -> Result<()> {
        for member in &mut self.members {
            member.stdin.write_all(b"go\n").context("a process left before its release")?;
        }
        Ok(())
    }

    /// The answers in the order of the processes, as they come after `start`; one that does not come in time says so.
    pub(crate) fn answers(&mut self, start: Instant, patience: Duration) -> Vec<Answer> {
        let mut answers: Vec<Option<Answer>> = vec![None; self.members.len()];
        let until = start + patience;
        let mut open = answers.len();
        while open > 0 {
            let Some((number, said)) = self.listen(until) else { break };
            let line = match said {
                Said::Line(line) => line,
                Said::Nothing => "failed: ended without an answer".into(),
            };
            if answers[number].is_none() {
                answers[number] = Some(Answer { line, after: start.elapsed() });
                open -= 1;
            }
        }
        let late =
            || Answer { line: format!("failed: no answer in {} s", patience.as_secs()), after: patience };
        answers.into_iter().map(|answer| answer.unwrap_or_else(late)).collect()
    }

    fn empty() -> Self {
        let (voice, said) = channel();
        Self { members: Vec::new(), said, voice }
    }

    fn add(&mut self, mut command: Command) -> Result<()> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {}", command.get_program().to_string_lossy()))?;
        let stdin = child.stdin.take().context("no stdin")?;
        let stdout = child.stdout.take().context("no stdout")?;
        let (number, voice) = (self.members.len(), self.voice.clone());
        std::thread::Builder::new().stack_size(64 * 1024).spawn(move || relay(number, stdout, &voice))?;
        self.members.push(Member { child, stdin });
        Ok(())
    }

    fn listen(&self, until: Instant) -> Option<(usize, Said)> {
        self.said.recv_timeout(until.saturating_duration_since(Instant::now())).ok()
    }
}

impl Drop for Herd {
    fn drop(&mut self) {
        for member in &mut self.members {
            // One that has ended by itself is the usual case and no error.
            let _ = member.child.kill();
        }
        for member in &mut self.members {
            let _ = member.child.wait();
        }
    }
}

fn relay(number: usize, stdout: ChildStdout, voice: &Sender<(usize, Said)>) {
    for line in BufReader::new(stdout).lines().map_while(Result::ok) {
        if voice.send((number, Said::Line(line.trim_end().to_string()))).is_err() {
            return;
        }
    }
    // The herd may be gone already.
    let _ = voice.send((number, Said::Nothing));
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(20);

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn all_wait_for_the_release_and_answer_in_their_order() {
        let mut herd =
            Herd::gather(5, 2, PATIENCE, || shell("echo ready; read word; echo token $word")).unwrap();
        let start = Instant::now();
        herd.release().unwrap();
        let lines: Vec<String> =
            herd.answers(start, PATIENCE).into_iter().map(|answer| answer.line).collect();
        assert_eq!(lines, vec!["token go"; 5]);
    }

    #[test]
    fn the_last_answer_is_the_end_and_the_processes_live_on() {
        let mut herd =
            Herd::gather(3, 3, PATIENCE, || shell("echo ready; read word; echo token; exec sleep 600"))
                .unwrap();
        let start = Instant::now();
        herd.release().unwrap();
        let answers = herd.answers(start, PATIENCE);
        let passed = start.elapsed();
        assert!(answers.iter().all(|answer| answer.line == "token" && answer.after <= passed), "{answers:?}");
        assert!(passed < PATIENCE, "{passed:?}");
        assert!(herd.members.iter_mut().all(|member| member.child.try_wait().unwrap().is_none()));
    }

    #[test]
    fn one_that_ends_early_is_named() {
        let failure = Herd::gather(1, 1, PATIENCE, || shell("exit 3")).err().unwrap();
        assert_eq!(failure.to_string(), "process 0 ended before it was ready");
    }

    #[test]
    fn one_that_does_not_answer_in_time_says_so() {
        let mut herd = Herd::gather(1, 1, PATIENCE, || shell("echo ready; exec sleep 600")).unwrap();
        let answers = herd.answers(Instant::now(), Duration::ZERO);
        assert_eq!(answers[0].line, "failed: no answer in 0 s");
    }

    #[test]
    fn one_that_ends_without_an_answer_says_so() {
        let mut herd = Herd::gather(1, 1, PATIENCE, || shell("echo ready; read word")).unwrap();
        herd.release().unwrap();
        let answers = herd.answers(Instant::now(), PATIENCE);
        assert_eq!(answers[0].line, "failed: ended without an answer");
    }
}
