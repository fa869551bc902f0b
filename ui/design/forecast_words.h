// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/study/search_forecast.h"

#include <QString>

#include <vector>

namespace widthwise::ui {

/// What a search would come to, in lines: time, device hours, trials, regret, and why it would end. The
/// median over the forecasts, and how far they go apart.
QString forecastWords(const std::vector<Forecast>& forecasts);

/// What that rests on. `like`: "as those of NAME", whose trials these go as; empty: made-up trials.
QString assumptionWords(const Experiment& experiment, const ForecastAssumptions& assumptions,
                        const QString& like);

} // namespace widthwise::ui
