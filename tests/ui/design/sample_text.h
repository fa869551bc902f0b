// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace widthwise::ui {

/// An experiment with comments in every place, of shell commands, without problems.
inline QString sampleText()
{
    return QStringLiteral(R"(# A search – with a dash that is not ASCII
name: sample   # its name
objective: {metric: val/loss, direction: minimize}
trial:
  command: echo {lr} {width} {optimizer}
# What is searched
space:
  # the rate
  lr: {type: float, low: 1e-4, high: 1e-1, scale: log}   # per decade
  width:
    type: integer
    low: 8     # at least
    high: 64
  optimizer: [adam, sgd]
  momentum: {type: float, low: 0.5, high: 0.9, when: {optimizer: [sgd]}}
# How much
budget:
  trials: 12   # a dozen
seed: 3
)");
}

} // namespace widthwise::ui
