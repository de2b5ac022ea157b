//! The results: a table for people, JSON for programs, and a plot.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use plotters::prelude::*;
use serde_json::{Value, json};

use crate::measure::{Figure, percentile};

/// All figures of a run: by figure, then by candidate, one for each round.
#[derive(Default)]
pub struct Results {
    names: Vec<(&'static str, &'static str)>,
    figures: BTreeMap<(&'static str, String), Vec<Figure>>,
}

/// Whether a figure gets a ratio: not if more is better, or if it is not a cost.
fn has_ratio(name: &str) -> bool {
    !name.starts_with("events that reach") && name != "memory held for it"
}

impl Results {
    /// Adds a candidate's figures of one round.
    pub fn add(&mut self, candidate: &str, figures: Vec<Figure>) {
        for figure in figures {
            if !self.names.iter().any(|(name, _)| *name == figure.name) {
                self.names.push((figure.name, figure.unit));
            }
            self.figures.entry((figure.name, candidate.to_owned())).or_default().push(figure);
        }
    }

    fn rounds(&self, name: &'static str, candidate: &str) -> &[Figure] {
        self.figures.get(&(name, candidate.to_owned())).map_or(&[], Vec::as_slice)
    }

    fn median(&self, name: &'static str, candidate: &str) -> Option<f64> {
        middle(self.rounds(name, candidate).iter().map(|f| f.value).collect())
    }

    /// Median, lowest and highest of the rounds' ratios to `base`.
    fn ratio(&self, name: &'static str, candidate: &str, base: &str) -> Option<[f64; 3]> {
        let pairs = self.rounds(name, candidate).iter().zip(self.rounds(name, base));
        let ratios: Vec<f64> =
            pairs.filter(|(_, b)| b.value > 0.0).map(|(a, b)| a.value / b.value).collect();
        let low = ratios.iter().copied().fold(f64::INFINITY, f64::min);
        let high = ratios.iter().copied().fold(0.0, f64::max);
        Some([middle(ratios)?, low, high])
    }

    /// A Markdown table: value and, in brackets, ratio to the candidate `base`.
    pub fn table(&self, candidates: &[String], base: &str) -> String {
        let mut text = String::from("| figure |");
        for name in candidates {
            let _ = write!(text, " {name} |");
        }
        text.push_str("\n|---|");
        text.push_str(&"---|".repeat(candidates.len()));
        text.push('\n');
        for (name, unit) in &self.names {
            let unit = if unit.is_empty() { String::new() } else { format!(" ({unit})") };
            let _ = write!(text, "| {name}{unit} |");
            for candidate in candidates {
                let Some(value) = self.median(name, candidate) else {
                    text.push_str(" – |");
                    continue;
                };
                let value = round(value);
                match self.ratio(name, candidate, base).filter(|_| has_ratio(name)) {
                    Some([middle, low, high]) if candidate != base => {
                        let _ = write!(text, " {value} ({middle:.2}; {low:.2}–{high:.2}) |");
                    }
                    _ => {
                        let _ = write!(text, " {value} |");
                    }
                }
            }
            text.push('\n');
        }
        text
    }

    /// Everything as JSON.
    pub fn json(&self, candidates: &[String], base: &str) -> Value {
        let figure = |name: &'static str, unit: &str| {
            let by_candidate = candidates.iter().map(|candidate| {
                let rounds: Vec<f64> =
                    self.rounds(name, candidate).iter().map(|f| f.value).collect();
                let ratio = self.ratio(name, candidate, base);
                let entry = json!({
                    "rounds": rounds,
                    "median": self.median(name, candidate),
                    "ratio": ratio.map(|r| r[0]),
                });
                (candidate.clone(), entry)
            });
            json!({ "unit": unit, "candidates": Value::Object(by_candidate.collect()) })
        };
        let all = self.names.iter().map(|(name, unit)| ((*name).to_owned(), figure(name, unit)));
        json!({ "base": base, "figures": Value::Object(all.collect()) })
    }

    /// The distributions of the times behind some figures, one chart each.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn plot(
        &self,
        path: &Path,
        candidates: &[String],
    ) -> Result<(), Box<dyn std::error::Error>> {
        let shown: Vec<&'static str> = (self.names.iter().map(|(name, _)| *name))
            .filter(|name| candidates.iter().any(|c| self.times(name, c).len() > 1))
            .collect();
        let rows = shown.len().div_ceil(3).max(1);
        let height = u32::try_from(rows * 300)?;
        let area = SVGBackend::new(path, (1350, height)).into_drawing_area();
        area.fill(&WHITE)?;
        for (name, area) in shown.iter().zip(area.split_evenly((rows, 3))) {
            self.chart(&area, name, candidates).map_err(|e| e.to_string())?;
        }
        area.present()?;
        Ok(())
    }

    fn chart<'a>(
        &self,
        area: &DrawingArea<SVGBackend<'a>, plotters::coord::Shift>,
        name: &'static str,
        candidates: &[String],
    ) -> Result<(), Box<dyn std::error::Error + 'a>> {
        let all: Vec<(usize, &String, Vec<u64>)> = (candidates.iter().enumerate())
            .map(|(n, candidate)| (n, candidate, self.times(name, candidate)))
            .filter(|(_, _, times)| times.len() > 1)
            .collect();
        let micros = |ns: f64| ns / 1000.0;
        let longest = all.iter().map(|(_, _, t)| micros(percentile(t, 98.0))).fold(1.0, f64::max);
        let mut chart = ChartBuilder::on(area)
            .caption(format!("{name} (µs; share of all below)"), ("sans-serif", 14))
            .margin(8)
            .x_label_area_size(24)
            .y_label_area_size(36)
            .build_cartesian_2d(0.0..longest, 0.0..100.0)?;
        chart.configure_mesh().light_line_style(WHITE).draw()?;
        for (n, candidate, times) in all {
            let color = Palette99::pick(n).to_rgba();
            let points = (0..=100).map(|p| (micros(percentile(&times, p.into())), f64::from(p)));
            let points = points.filter(|(x, _)| *x <= longest);
            chart
                .draw_series(LineSeries::new(points, color.stroke_width(2)))?
                .label(candidate.clone())
                .legend(move |(x, y)| PathElement::new([(x, y), (x + 14, y)], color));
        }
        chart.configure_series_labels().position(SeriesLabelPosition::LowerRight).draw()?;
        Ok(())
    }

    /// All single times of all rounds, sorted.
    fn times(&self, name: &'static str, candidate: &str) -> Vec<u64> {
        let rounds = self.rounds(name, candidate);
        let mut all: Vec<u64> = rounds.iter().flat_map(|f| f.times.iter().copied()).collect();
        all.sort_unstable();
        all
    }
}

fn middle(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

fn round(value: f64) -> String {
    if value >= 100.0 { format!("{value:.0}") } else { format!("{value:.1}") }
}
