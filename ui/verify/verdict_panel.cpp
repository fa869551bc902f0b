// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/verify/verdict_panel.h"

#include "ui/models/texts.h"
#include "ui/theme/tone.h"
#include "ui/verify/check_words.h"

#include <QLabel>
#include <QProgressBar>
#include <QVBoxLayout>

#include <numeric>

namespace widthwise::ui {

namespace {

QString coloured(const QString& text, Tone tone)
{
    return QStringLiteral("<span style=\"color:%1\">%2</span>")
        .arg(Theme::instance().color(tone).name(), text.toHtmlEscaped());
}

QString linkTo(const ExperimentRecord& record)
{
    return QStringLiteral("<a href=\"%1\" style=\"color:%2\">%3</a>")
        .arg(record.id)
        .arg(Theme::instance().color(Tone::Accent).name(),
             QString::fromStdString(record.name).toHtmlEscaped());
}

/// What is said beside such a result is what to add to the check; while it runs, that may still come.
bool isAdvice(CheckResult result)
{
    return result == CheckResult::TooLittle || result == CheckResult::Unclear;
}

} // namespace

VerdictPanel::VerdictPanel(QWidget* parent)
    : QWidget(parent), m_headline(new QLabel), m_verdicts(new QLabel), m_progress(new QLabel),
      m_bar(new QProgressBar)
{
    m_headline->setObjectName(QStringLiteral("verdict"));
    m_headline->setTextFormat(Qt::RichText);
    m_headline->setWordWrap(true);
    QFont font = Theme::instance().strong();
    font.setPointSizeF(font.pointSizeF() * 1.35);
    m_headline->setFont(font);
    m_verdicts->setObjectName(QStringLiteral("verdicts"));
    m_verdicts->setTextFormat(Qt::RichText);
    m_verdicts->setWordWrap(true);
    m_verdicts->setToolTip(intervalExplained());
    m_progress->setObjectName(QStringLiteral("checkProgress"));
    m_progress->setTextFormat(Qt::RichText);
    m_progress->setWordWrap(true);
    m_progress->setTextInteractionFlags(Qt::TextBrowserInteraction);
    m_progress->setAccessibleName(tr("The check and how far it is"));
    m_bar->setAccessibleName(tr("Progress of the check"));
    m_bar->setTextVisible(false);
    m_bar->setFixedHeight(grid / 2);
    m_bar->setMaximumWidth(grid * 24);
    setTone(*m_progress, Tone::Muted);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(grid / 2);
    column->addWidget(m_headline);
    column->addWidget(m_progress);
    column->addWidget(m_bar);
    column->addWidget(m_verdicts);
    connect(m_progress, &QLabel::linkActivated, this,
            [this](const QString& id) { Q_EMIT experimentWanted(id.toLongLong()); });
    connect(&Theme::instance(), &Theme::changed, this, &VerdictPanel::refresh);
    refresh();
}

void VerdictPanel::setState(VerifyStatePtr state)
{
    m_state = std::move(state);
    refresh();
}

bool VerdictPanel::isOpen() const
{
    return !isFinal(m_state->check->state);
}

void VerdictPanel::refresh()
{
    const bool checked = m_state && m_state->check;
    m_headline->setText(headline());
    const QString said = checked ? verdicts() : QString();
    m_verdicts->setText(said);
    m_verdicts->setVisible(!said.isEmpty());
    m_progress->setText(checked ? progress() : QString());
    m_progress->setVisible(checked);
    m_bar->setVisible(checked && isOpen() && m_state->planned > 0);
    if (!m_bar->isVisibleTo(this))
        return;
    int ended = 0;
    for (std::size_t i = 0; i < m_state->counts.size(); ++i)
        ended += isFinal(TrialState(i)) ? m_state->counts[i] : 0;
    m_bar->setRange(0, m_state->planned);
    m_bar->setValue(ended);
}

QString VerdictPanel::headline() const
{
    if (!m_state || !m_state->check)
        return tr("Does μP hold in this model?");
    const CheckResult result = m_state->report.result();
    if (isOpen())
        return soFar(result);
    const CheckSign sign = checkSign(result);
    const auto say = [&](const QString& text) -> QString {
        return coloured(sign.shape, sign.tone) + QStringLiteral(" ") + text.toHtmlEscaped();
    };
    switch (result) {
    case CheckResult::Holds:
        return say(tr("μP holds in this model"));
    case CheckResult::Fails:
        return say(tr("μP does not hold in this model"));
    case CheckResult::Unclear:
        return say(tr("Not clear whether μP holds in this model"));
    case CheckResult::TooLittle:
        return say(tr("Too little to tell whether μP holds in this model"));
    case CheckResult::Incomplete:
        break;
    }
    return say(tr("The check gave nothing to judge"));
}

/// Few trials say little: nothing is good or bad before the check has ended.
QString VerdictPanel::soFar(CheckResult result)
{
    switch (result) {
    case CheckResult::Holds:
        return tr("Checking whether μP holds: so far it does");
    case CheckResult::Fails:
        return tr("Checking whether μP holds: so far it does not");
    case CheckResult::Unclear:
        return tr("Checking whether μP holds: not clear yet");
    case CheckResult::TooLittle:
        return tr("Checking whether μP holds: too little yet to tell");
    case CheckResult::Incomplete:
        break;
    }
    return tr("Checking whether μP holds …");
}

QString VerdictPanel::verdicts() const
{
    const CheckReport& report = m_state->report;
    if (m_state->check->state == ExperimentState::Failed && report.isEmpty())
        return coloured(QString::fromStdString(m_state->check->reason), Tone::Bad);
    QStringList paragraphs;
    for (const CheckVerdict& verdict : report.verdicts) {
        if (isOpen() && verdict.result == CheckResult::Incomplete)
            continue;
        const CheckSign sign = checkSign(verdict.result);
        const bool expected = verdict.parametrization == "sp" && report.verdicts.size() > 1;
        QString text = coloured(sign.shape, sign.tone) + QStringLiteral(" <b>") +
                       QString::fromStdString(parametrizationName(verdict.parametrization)).toHtmlEscaped() +
                       QStringLiteral("</b>&nbsp; ") +
                       QString::fromStdString(verdict.sentence).toHtmlEscaped();
        if (expected && verdict.result == CheckResult::Fails)
            text += QStringLiteral(" ") + coloured(tr("That is what SP does."), Tone::Muted);
        else if (!verdict.cause.empty() && !(isOpen() && isAdvice(verdict.result)))
            text += QStringLiteral(" ") + coloured(QString::fromStdString(verdict.cause), Tone::Muted);
        // μP's answer stands first
        paragraphs.insert(verdict.parametrization == "sp" ? paragraphs.size() : 0,
                          QStringLiteral("<p style=\"margin:0 0 4px 0\">%1</p>").arg(text));
    }
    return paragraphs.join(QString());
}

QString VerdictPanel::progress() const
{
    const ExperimentRecord& check = *m_state->check;
    const StateSign state = Theme::sign(check.state);
    const int trials = std::accumulate(m_state->counts.begin(), m_state->counts.end(), 0);
    const int completed = m_state->counts.at(std::size_t(TrialState::Completed));
    QStringList parts;
    if (check.id != m_state->experiment)
        parts.append(linkTo(check));
    else if (m_state->offer && m_state->offer->base.id != check.id)
        parts.append(tr("checks %1").arg(linkTo(m_state->offer->base)));
    parts.append(coloured(state.shape, state.tone) + QStringLiteral(" ") + state.label);
    parts.append(m_state->planned > trials || m_state->planned > completed
                     ? tr("%1 of %2 trials completed").arg(completed).arg(m_state->planned)
                 : trials == 1 ? tr("1 trial")
                               : tr("%1 trials").arg(trials));
    for (const TrialState ended : {TrialState::Diverged, TrialState::Failed})
        if (const int count = m_state->counts.at(std::size_t(ended)))
            parts.append(coloured(QStringLiteral("%1 %2 %3")
                                      .arg(Theme::sign(ended).shape)
                                      .arg(count)
                                      .arg(Theme::sign(ended).label),
                                  Tone::Bad));
    QStringList rates;
    for (const double rate : m_state->report.learningRates)
        rates.append(numberText(rate, 3));
    if (!rates.isEmpty())
        parts.append(tr("learning rate %1").arg(rates.join(QStringLiteral(", "))));
    return parts.join(QStringLiteral(" &nbsp;·&nbsp; "));
}

} // namespace widthwise::ui
