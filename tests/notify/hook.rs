//! A webhook's server, in this process: it answers as it is told and keeps what it was sent.
#![allow(unreachable_pub, reason = "as in the common module of the tests")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

/// What a request gets.
#[derive(Clone)]
pub enum Answer {
    /// A status, more header lines, a body.
    Reply(u16, &'static str, &'static str),
    /// Nothing, and the connection stays open.
    Silence,
    /// A status that promises a body, and then nothing more.
    Hang(u16),
    /// Nothing, and the connection ends.
    Close,
}

pub const OK: Answer = Answer::Reply(200, "", "ok");

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Got {
    pub line: String,
    pub headers: String,
    pub body: Value,
}

pub struct Hook {
    pub url: String,
    got: Arc<Mutex<Vec<Got>>>,
}

impl Hook {
    /// `answer` is asked with the number of the request, from 0.
    pub fn start(answer: impl Fn(usize) -> Answer + Send + 'static) -> Hook {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("bound");
        let got: Arc<Mutex<Vec<Got>>> = Arc::default();
        let kept = Arc::clone(&got);
        // The thread ends with the test process.
        std::thread::spawn(move || {
            let mut silent = Vec::new();
            let mut number = 0;
            for mut stream in listener.incoming().flatten() {
                let Some(request) = read(&stream) else {
                    continue;
                };
                kept.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(request);
                number += 1;
                match answer(number - 1) {
                    Answer::Reply(status, headers, body) => {
                        let reply = format!(
                            "HTTP/1.1 {status} Told\r\nconnection: close\r\n{headers}content-length: {}\r\n\r\n{body}",
                            body.len()
                        );
                        drop(stream.write_all(reply.as_bytes()));
                    }
                    Answer::Hang(status) => {
                        let head =
                            format!("HTTP/1.1 {status} Told\r\ncontent-length: 100\r\n\r\nok");
                        drop(stream.write_all(head.as_bytes()));
                        silent.push(stream);
                    }
                    Answer::Silence => silent.push(stream),
                    Answer::Close => {}
                }
            }
        });
        Hook {
            url: format!("http://{address}/services/T0SECRET0/B0SECRET0/sesame-sesame"),
            got,
        }
    }

    /// One that takes everything.
    pub fn ok() -> Hook {
        Hook::start(|_| OK)
    }

    /// What came since the last look.
    pub fn got(&self) -> Vec<Got> {
        std::mem::take(&mut *self.got.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The bodies that came since the last look.
    pub fn bodies(&self) -> Vec<Value> {
        self.got().into_iter().map(|got| got.body).collect()
    }
}

fn read(stream: &TcpStream) -> Option<Got> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let (mut headers, mut length) = (String::new(), 0);
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        if header.trim().is_empty() {
            break;
        }
        let lower = header.to_lowercase();
        if let Some(given) = lower.strip_prefix("content-length:") {
            length = given.trim().parse().ok()?;
        }
        headers.push_str(&lower);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Got {
        line: line.trim().to_owned(),
        headers,
        body: serde_json::from_slice(&body).unwrap_or(Value::Null),
    })
}
