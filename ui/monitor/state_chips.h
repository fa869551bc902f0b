// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/experiments.h"

#include <QToolButton>
#include <QWidget>

#include <array>

namespace widthwise::ui {

/// A small switch for each state that trials are in, with their number.
class StateChips : public QWidget {
    Q_OBJECT
public:
    explicit StateChips(QWidget* parent = nullptr);

    /// A switch is there for each state that any of `all` trials is in; it tells how many of them `counts`.
    void setCounts(const StateCounts& counts, const StateCounts& all);

Q_SIGNALS:
    void toggled(widthwise::TrialState state, bool shown);

private:
    void retint();

    std::array<QToolButton*, std::tuple_size_v<StateCounts>> m_chips{};
};

} // namespace widthwise::ui
