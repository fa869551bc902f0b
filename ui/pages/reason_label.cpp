// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/reason_label.h"

#include "ui/theme/tone.h"

#include <algorithm>

namespace widthwise::ui {

ReasonLabel::ReasonLabel(QWidget* parent) : QLabel(parent)
{
    setAccessibleName(tr("Why the experiment is in this state"));
    setTextFormat(Qt::PlainText);
    setTextInteractionFlags(Qt::TextSelectableByMouse);
    setWordWrap(true);
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    hide();
}

void ReasonLabel::showReasonOf(const ExperimentRecord& experiment)
{
    const StateSign sign = Theme::sign(experiment.state);
    setVisible(!experiment.reason.empty());
    setTone(*this, experiment.state == ExperimentState::Failed ? Tone::Bad : Tone::Muted);
    const QString reason = QString::fromStdString(experiment.reason);
    const QString state =
        reason.startsWith(sign.label) ? sign.shape : QStringLiteral("%1 %2:").arg(sign.shape, sign.label);
    setText(QStringLiteral("%1 %2").arg(state, reason));
    fit();
}

void ReasonLabel::resizeEvent(QResizeEvent* event)
{
    QLabel::resizeEvent(event);
    fit();
}

/// A status bar asks nobody how high a text is at its width.
void ReasonLabel::fit()
{
    setFixedHeight(std::max(0, heightForWidth(width())));
}

} // namespace widthwise::ui
