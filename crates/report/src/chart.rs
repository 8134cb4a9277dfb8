//! The curve as a picture: the languages stacked upon each other, as inline SVG.

use crate::Report;
use crate::names;
use plotters::prelude::*;

/// The size of the picture, in its own units; the page scales it.
const SIZE: (u32, u32) = (960, 320);

/// So many languages have a band of their own, those that were listened to most; the rest share one.
const BANDS: usize = 7;

/// Colours that people with any kind of colour vision can tell apart (Okabe and Ito, "Color Universal Design", 2008),
/// and grey for the rest.
pub(crate) const COLOURS: [RGBColor; BANDS + 1] = [
    RGBColor(0, 114, 178),
    RGBColor(230, 159, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
    RGBColor(213, 94, 0),
    RGBColor(240, 228, 66),
    RGBColor(150, 150, 150),
];

/// A band of the picture: whose it is, and its colour.
pub(crate) struct Band<'r> {
    pub(crate) tags: Vec<&'r str>,
    pub(crate) name: String,
    pub(crate) colour: RGBColor,
}

/// The bands of a report, the lowest first.
pub(crate) fn bands(report: &Report) -> Vec<Band<'_>> {
    let tags: Vec<&str> = report.languages.iter().map(|of| of.language.as_str()).collect();
    let (own, rest) = tags.split_at(tags.len().min(BANDS));
    let own =
        own.iter().zip(COLOURS).map(|(tag, colour)| Band { tags: vec![tag], name: names::of(tag).0, colour });
    let others = Band { tags: rest.to_vec(), name: "Other languages".to_owned(), colour: COLOURS[BANDS] };
    own.chain((!rest.is_empty()).then_some(others)).collect()
}

/// The picture; empty where there is nothing to show.
pub(crate) fn svg(report: &Report) -> String {
    let mut picture = String::new();
    let drawn = draw(report, &mut picture);
    // Drawing into memory fails for nothing but a picture without a size.
    if drawn.is_err() || report.curve.len() < 2 { String::new() } else { picture }
}

fn draw(report: &Report, picture: &mut String) -> Result<(), Box<dyn std::error::Error>> {
    let area = SVGBackend::with_string(picture, SIZE).into_drawing_area();
    let minutes = |at: u64| at.saturating_sub(report.created_at) as f64 / 60_000.0;
    let end = minutes(report.as_of).max(1.0 / 60.0);
    let top = report.curve.iter().map(|point| point.listener_count).max().unwrap_or(0).max(1);
    let mut chart = ChartBuilder::on(&area)
        .margin(8)
        .x_label_area_size(28)
        .y_label_area_size(52)
        .build_cartesian_2d(0.0..end, 0.0..(top as f64 * 1.05))?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(BLACK.mix(0.12))
        .axis_style(BLACK.mix(0.4))
        .label_style(("sans-serif", 15))
        .x_labels(8)
        .y_labels(5)
        .x_label_formatter(&|minutes| clock(*minutes))
        .y_label_formatter(&|count| format!("{count:.0}"))
        .draw()?;
    let mut below = vec![0.0; report.curve.len()];
    for band in bands(report) {
        let heights: Vec<f64> = report
            .curve
            .iter()
            .map(|point| band.tags.iter().map(|tag| point.count_of(tag)).sum::<u64>() as f64)
            .collect();
        let upper: Vec<f64> = below.iter().zip(&heights).map(|(below, height)| below + height).collect();
        chart.draw_series(std::iter::once(Polygon::new(
            outline(report, &below, &upper, minutes),
            band.colour.filled(),
        )))?;
        below = upper;
    }
    area.present()?;
    Ok(())
}

/// The outline of a band: along its upper edge and back along its lower one. A count holds until the next point, so the
/// edges are steps.
fn outline(report: &Report, below: &[f64], upper: &[f64], minutes: impl Fn(u64) -> f64) -> Vec<(f64, f64)> {
    let times: Vec<f64> = report.curve.iter().map(|point| minutes(point.at.as_millis())).collect();
    let edge = |heights: &[f64]| -> Vec<(f64, f64)> {
        let mut edge = Vec::with_capacity(heights.len() * 2);
        for (at, height) in times.iter().zip(heights) {
            if let Some((_, last)) = edge.last().copied() {
                edge.push((*at, last));
            }
            edge.push((*at, *height));
        }
        edge
    };
    let mut outline = edge(upper);
    outline.extend(edge(below).into_iter().rev());
    outline
}

/// Minutes as hours and minutes: 95 is 1:35. Seconds where that is all there is.
fn clock(minutes: f64) -> String {
    let seconds = (minutes * 60.0).round() as u64;
    match seconds % 60 {
        0 => format!("{}:{:02}", seconds / 3_600, seconds / 60 % 60),
        rest => format!("{}:{:02}:{rest:02}", seconds / 3_600, seconds / 60 % 60),
    }
}
