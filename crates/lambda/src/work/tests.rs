//! What is written to the queue is read from it as it was.

use super::*;
use headcount_testkit::samples;

#[test]
fn every_work_comes_back_as_it_was() {
    let (session, connection) = (samples::session_id(7), samples::connection("L0SM9cOFvHcCIhw="));
    for work in [
        Work::Sweep { after: session.clone() },
        Work::Greet { connection: connection.clone(), wanted: Wanted::Create },
        Work::Brief { session: session.clone() },
        Work::Audit { session },
        Work::Refuse { connection, error: r#"{"type":"error"}"#.to_owned() },
    ] {
        assert_eq!(Work::read(&work.to_message()), Ok(work));
    }
}

#[test]
fn a_message_is_small_and_plain() {
    let work = Work::Greet { connection: samples::connection("L0SM9c="), wanted: Wanted::Join };
    assert_eq!(work.to_message(), r#"{"v":1,"work":"greet","connection":"L0SM9c=","wanted":"join"}"#);
}

#[test]
fn what_is_no_work_is_refused() {
    for message in [
        "",
        "null",
        "[]",
        "{}",
        r#"{"v":2,"work":"brief","session":"golden-eagle-427"}"#,
        r#"{"v":1,"work":"brief","session":"Golden Eagle"}"#,
        r#"{"v":1,"work":"dance"}"#,
        r#"{"v":1,"work":"greet","connection":"c","wanted":"everything"}"#,
        r#"{"v":1,"work":"greet","connection":"","wanted":"join"}"#,
    ] {
        assert_eq!(Work::read(message), Err(NoWork), "{message}");
    }
}
