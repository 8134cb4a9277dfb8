//! What the value types take, and what they refuse.

use super::*;

#[test]
fn durations_have_a_unit_and_may_be_added() {
    assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
    assert_eq!(duration("30s"), Ok(Duration::from_secs(30)));
    assert_eq!(duration("2m"), Ok(Duration::from_secs(120)));
    assert_eq!(duration("1h"), Ok(Duration::from_secs(3_600)));
    assert_eq!(duration("1m30s"), Ok(Duration::from_secs(90)));
    assert_eq!(duration("0s"), Ok(Duration::ZERO));
    for wrong in
        ["", "30", "s", "-1s", "1.5s", "1y", "30 s", "99999999999999999999s", "18446744073709551615d", "é"]
    {
        assert!(duration(wrong).is_err(), "{wrong:?}");
    }
}

#[test]
fn sizes_are_bytes_or_have_a_unit_and_read_back_as_they_are_written() {
    for (text, bytes) in
        [("0", 0), ("65537", 65_537), ("64KiB", 65_536), ("1GiB", 1 << 30), ("3TiB", 3 << 40)]
    {
        assert_eq!((size(text), size_text(bytes).as_str()), (Ok(bytes), text));
    }
    for wrong in
        ["", "KiB", "1kb", "1K", "1.5GiB", "-1", "+1", "1 GiB", "99999999999999999999", "16777216TiB"]
    {
        assert!(size(wrong).is_err(), "{wrong:?}");
    }
}

#[test]
fn rates_are_per_second_or_per_minute() {
    assert_eq!(rate("10/s"), Ok(10.0));
    assert_eq!(rate("90/m"), Ok(1.5));
    assert_eq!(rate("0.5/s"), Ok(0.5));
    for wrong in ["", "10", "10/h", "-1/s", "0/s", "NaN/s", "inf/s", "/s", "5%/s"] {
        assert!(rate(wrong).is_err(), "{wrong:?}");
    }
}

#[test]
fn churn_is_a_share_of_the_audience() {
    assert_eq!(churn("5%/s"), Ok(0.05));
    assert_eq!(churn("30%/m"), Ok(0.005));
    assert_eq!(churn("0"), Ok(0.0));
    for wrong in ["", "5/s", "5%", "101%/s", "-5%/s", "%/s"] {
        assert!(churn(wrong).is_err(), "{wrong:?}");
    }
}

#[test]
fn tokens_fit_into_a_header() {
    assert!(token("abc.def-_~").is_ok());
    for wrong in ["", "a b", "a\nb", "é"] {
        assert!(token(wrong).is_err(), "{wrong:?}");
    }
}

#[test]
fn a_mix_reads_back_as_it_is_written() {
    let mix = LanguageMix::parse("es:40,FR:30,pt_br").unwrap();
    assert_eq!(mix.to_string(), "es:40,fr:30,pt-BR:1");
    for wrong in ["", "es:0", "es:x", "es:-1", "es,,fr", "not a language:3", "es:1000001"] {
        assert!(LanguageMix::parse(wrong).is_err(), "{wrong:?}");
    }
}

#[test]
fn arrivals_follow_the_mix_early_and_in_the_long_run() {
    let mix = LanguageMix::parse("es:40,fr:30,de:20,pt:10").unwrap();
    for (arrivals, slack) in [(20, 2), (10_000, 5)] {
        for (tag, share) in [("es", 40), ("fr", 30), ("de", 20), ("pt", 10)] {
            let picked = (0..arrivals).filter(|index| mix.pick(*index).as_str() == tag).count();
            let expected = usize::try_from(arrivals).unwrap() * share / 100;
            assert!(picked.abs_diff(expected) <= slack, "{tag}: {picked} of {arrivals}, expected {expected}");
        }
    }
}
