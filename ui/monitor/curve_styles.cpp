// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/monitor/curve_styles.h"

#include "core/experiment/ranking.h"
#include "ui/theme/theme.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>

namespace widthwise::ui {

namespace {

struct Group {
    const char* label;
    QRgb color;
    bool dashed;
    int layer;
};

QRgb soft(Tone tone)
{
    const QColor color = Theme::instance().color(tone);
    const QColor ground = Theme::instance().color(Tone::Surface);
    const auto mix = [](int a, int b) { return (a * 11 + b * 9) / 20; };
    return qRgb(mix(color.red(), ground.red()), mix(color.green(), ground.green()),
                mix(color.blue(), ground.blue()));
}

/// In the order of the legend.
enum GroupName { Mup, Sp, Best, RunningNow, Ended, Broken };

std::array<Group, 6> groups()
{
    const Theme& theme = Theme::instance();
    return {{
        {QT_TRANSLATE_NOOP("widthwise::ui", "μP"), theme.parametrization(QStringLiteral("mup")).rgb(), false,
         1},
        {QT_TRANSLATE_NOOP("widthwise::ui", "SP"), theme.parametrization(QStringLiteral("sp")).rgb(), true,
         1},
        {QT_TRANSLATE_NOOP("widthwise::ui", "best"), theme.color(Tone::Good).rgb(), false, 3},
        {QT_TRANSLATE_NOOP("widthwise::ui", "running"), theme.color(Tone::Accent).rgb(), false, 2},
        {QT_TRANSLATE_NOOP("widthwise::ui", "ended"), soft(Tone::Muted), false, 0},
        {QT_TRANSLATE_NOOP("widthwise::ui", "failed or diverged"), soft(Tone::Bad), false, 0},
    }};
}

GroupName groupOf(const Trial& trial, bool byParametrization)
{
    if (byParametrization)
        if (const Value* value = trial.configuration.find("parametrization"))
            return toText(*value) == "sp" ? Sp : Mup;
    if (trial.state == TrialState::Failed || trial.state == TrialState::Diverged)
        return Broken;
    return isFinal(trial.state) ? Ended : RunningNow;
}

} // namespace

CurveStyles curveStyles(const Experiment& experiment, const std::vector<Trial>& trials,
                        const std::function<bool(int)>& isShown, const std::function<bool(int)>& hasCurve)
{
    const auto varied = experiment.space.varied();
    const bool byParametrization = std::ranges::any_of(
        varied, [](const Parameter* parameter) { return parameter->name == "parametrization"; });
    const Trial* best = byParametrization ? nullptr : bestTrial(experiment, trials);
    const std::array<Group, 6> all = groups();
    std::array<bool, 6> occurs{};
    CurveStyles result;
    for (const Trial& trial : trials) {
        const GroupName name = &trial == best ? Best : groupOf(trial, byParametrization);
        const Group& group = all.at(name);
        const bool shown = isShown(trial.number);
        occurs.at(name) |= shown && hasCurve(trial.number);
        result.styles[trial.number] = {group.color, group.dashed, group.layer, shown};
    }
    for (std::size_t name = 0; name < all.size(); ++name)
        if (occurs.at(name))
            result.legend.push_back({QCoreApplication::translate("widthwise::ui", all.at(name).label),
                                     all.at(name).color, all.at(name).dashed});
    return result;
}

} // namespace widthwise::ui
