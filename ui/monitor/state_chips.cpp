// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/monitor/state_chips.h"

#include "ui/theme/theme.h"

#include <QHBoxLayout>

namespace widthwise::ui {

StateChips::StateChips(QWidget* parent) : QWidget(parent)
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2);
    for (std::size_t place = 0; place < m_chips.size(); ++place) {
        const auto state = TrialState(place);
        const StateSign sign = Theme::sign(state);
        auto* chip = new QToolButton;
        chip->setObjectName(QStringLiteral("chip-") + sign.label);
        chip->setAccessibleName(tr("Show %1 trials").arg(sign.label));
        chip->setToolTip(tr("Show or hide %1 trials").arg(sign.label));
        chip->setCheckable(true);
        chip->setChecked(true);
        chip->setAutoRaise(true);
        chip->setFont(Theme::instance().numbers());
        chip->hide();
        connect(chip, &QToolButton::toggled, this, [this, state](bool on) { Q_EMIT toggled(state, on); });
        row->addWidget(chip);
        m_chips.at(place) = chip;
    }
    connect(&Theme::instance(), &Theme::changed, this, &StateChips::retint);
    retint();
}

void StateChips::setCounts(const StateCounts& counts, const StateCounts& all)
{
    for (std::size_t place = 0; place < m_chips.size(); ++place) {
        const StateSign sign = Theme::sign(TrialState(place));
        m_chips.at(place)->setText(QStringLiteral("%1 %2").arg(sign.shape).arg(counts.at(place)));
        // One that hides trials stays, so that it can be switched back.
        m_chips.at(place)->setVisible(all.at(place) > 0 || !m_chips.at(place)->isChecked());
    }
}

void StateChips::retint()
{
    for (std::size_t place = 0; place < m_chips.size(); ++place) {
        QPalette palette = m_chips.at(place)->palette();
        palette.setColor(QPalette::ButtonText, Theme::instance().color(Theme::sign(TrialState(place)).tone));
        m_chips.at(place)->setPalette(palette);
    }
}

} // namespace widthwise::ui
