//! An HTTP answer as anybody may send it, to a client with small bounds.
#![no_main]

use std::io;
use std::sync::Arc;
use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tollgate_http::{Dial, Dialling, Endpoint, Limits, Line, MetadataClient, Question};

const BODY: usize = 4096;

struct Says(Vec<u8>);

impl Dial for Says {
    fn dial<'a>(&'a self, _: &'a Endpoint) -> Dialling<'a> {
        let answer = self.0.clone();
        Box::pin(async move {
            let (near, mut far) = duplex(1 << 20);
            tokio::spawn(async move {
                let mut request = [0; 1024];
                let _ = far.read(&mut request).await;
                let _ = far.write_all(&answer).await;
            });
            Ok(Box::pin(near) as Line) as io::Result<Line>
        })
    }
}

fuzz_target!(|answer: &[u8]| {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    let limits = Limits { body: BODY, answer: Duration::from_secs(5), ..Limits::default() };
    let client = MetadataClient::new(limits, Arc::new(Says(answer.to_vec())));
    let question = Question { target: "/x".to_owned(), ..Question::default() };
    runtime.block_on(async {
        let connection = client.connect(&Endpoint::new("x", 80), None).await.expect("the line is there");
        if let Ok(answer) = connection.ask(&question).await {
            assert!(answer.body.as_bytes().len() <= BODY, "no body is larger than allowed");
        }
    });
});
