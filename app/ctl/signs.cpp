// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/signs.h"

#include <array>

namespace widthwise::ctl {

namespace {

struct Sign {
    const char* utf8;
    const char* ascii;
    Tone tone;
};

constexpr Sign waiting{"○", "o", Tone::Muted};
constexpr Sign running{"▶", ">", Tone::Accent};
constexpr Sign paused{"‖", "=", Tone::Warning};
constexpr Sign completed{"✓", "+", Tone::Good};
constexpr Sign stopped{"■", "#", Tone::Muted};
constexpr Sign failed{"✕", "x", Tone::Bad};
constexpr Sign diverged{"∞", "~", Tone::Warning};
constexpr Sign cancelled{"–", "-", Tone::Muted};

constexpr std::array<Sign, 9> trialSigns{waiting, waiting, running,  paused,   completed,
                                         stopped, failed,  diverged, cancelled};
constexpr std::array<Sign, 7> experimentSigns{waiting, waiting, running, paused, completed, stopped, failed};

Span span(const Sign& sign, const Terminal& terminal)
{
    return {terminal.utf8 ? sign.utf8 : sign.ascii, sign.tone};
}

} // namespace

Span stateSign(TrialState state, const Terminal& terminal)
{
    return span(trialSigns.at(static_cast<std::size_t>(state)), terminal);
}

Span stateSign(ExperimentState state, const Terminal& terminal)
{
    return span(experimentSigns.at(static_cast<std::size_t>(state)), terminal);
}

} // namespace widthwise::ctl
