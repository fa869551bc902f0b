// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/design/forecast_words.h"

#include "ui/models/texts.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>
#include <functional>

namespace widthwise::ui {

namespace {

QString translated(const char* text)
{
    return QCoreApplication::translate("widthwise::ui::CostPanel", text);
}

struct Spread {
    double low = 0, median = 0, high = 0;
};

/// Without those that do not know it; empty where none does.
std::optional<Spread> spreadOf(const std::vector<Forecast>& forecasts,
                               const std::function<std::optional<double>(const Forecast&)>& value)
{
    std::vector<double> values;
    for (const Forecast& forecast : forecasts)
        if (const auto known = value(forecast))
            values.push_back(*known);
    if (values.empty())
        return std::nullopt;
    std::ranges::sort(values);
    return Spread{values.front(), values[values.size() / 2], values.back()};
}

/// "3.4", "3.4 (3.1 to 3.9)"
QString spreadText(const Spread& spread, const std::function<QString(double)>& text)
{
    const QString low = text(spread.low), high = text(spread.high);
    if (low == high)
        return text(spread.median);
    return translated("%1 (%2 to %3)").arg(text(spread.median), low, high);
}

QString countsOf(const Forecast& forecast)
{
    const auto trials = forecast.result.trials.size();
    QString text = translated("%1: %2 run to their end, %3 are stopped or held back, %4 fail or diverge")
                       .arg(trials == 1 ? translated("1 trial") : translated("%1 trials").arg(trials))
                       .arg(forecast.whole)
                       .arg(forecast.early)
                       .arg(forecast.failed);
    const auto retries = forecast.result.launches - std::ssize(forecast.result.trials);
    return retries > 0 ? text + translated("; %1 launches go on with a trial or retry it").arg(retries)
                       : text;
}

} // namespace

QString forecastWords(const std::vector<Forecast>& forecasts)
{
    const auto time = [](double seconds) { return shortDuration(Seconds(seconds)); };
    const auto number = [](double value) { return numberText(value, 3); };
    QStringList lines;
    if (const auto spread = spreadOf(forecasts, [](const Forecast& f) { return f.result.duration.count(); }))
        lines.append(translated("Time: %1").arg(spreadText(*spread, time)));
    if (const auto spread = spreadOf(forecasts, [](const Forecast& f) { return f.result.deviceHours; }))
        lines.append(translated("Device hours: %1").arg(spreadText(*spread, number)));
    if (const auto spread = spreadOf(forecasts, [](const Forecast& f) { return f.regret; }))
        lines.append(
            translated("Regret: %1, where 0 is the best there is and 1 a random configuration's median")
                .arg(spreadText(*spread, number)));
    if (const auto spread = spreadOf(forecasts, [](const Forecast& f) { return 100 * f.result.busy; }))
        lines.append(
            translated("Places in use until the last new trial: %1 %")
                .arg(spreadText(*spread, [](double value) { return QString::number(value, 'f', 0); })));
    if (forecasts.empty())
        return {};
    const Forecast& first = forecasts.front();
    lines.append(countsOf(first));
    if (!isFinal(first.result.state))
        lines.append(translated("This is not its end: the simulation was broken off after %1 events.")
                         .arg(first.result.events));
    else if (!first.result.reason.empty())
        lines.append(translated("It ends: %1").arg(QString::fromStdString(first.result.reason)));
    if (!first.result.notice.empty())
        lines.append(QString::fromStdString(first.result.notice));
    return lines.join(u'\n');
}

QString assumptionWords(const Experiment& experiment, const ForecastAssumptions& assumptions,
                        const QString& like)
{
    QStringList parts;
    if (like.isEmpty()) {
        parts.append(translated("the objective is made up, a bowl with noise"));
        parts.append(translated("each trial has %1 steps of %2 s, whatever its configuration")
                         .arg(stepsOf(assumptions, experiment))
                         .arg(numberText(assumptions.stepTime.count())));
        parts.append(translated("%1 % of configurations diverge").arg(100 * assumptions.divergeRate));
    } else {
        parts.append(translated("trials go %1: each takes as long and reaches as much as the nearest of them")
                         .arg(like));
    }
    const int parallel = experiment.resources.parallel;
    parts.append(parallel == 1 ? translated("1 trial runs at a time")
                               : translated("%1 trials run at a time").arg(parallel));
    parts.append(translated("%1 % of attempts lose their machine").arg(100 * assumptions.lostRate));
    parts.append(translated("no job waits in a queue"));
    return translated("Assumed: %1.").arg(parts.join(QStringLiteral("; ")));
}

} // namespace widthwise::ui
