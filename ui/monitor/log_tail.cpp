// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/monitor/log_tail.h"

#include "core/experiment/checkpoints.h"
#include "core/launch/trial_directory.h"
#include "ui/models/experiments_model.h"
#include "ui/models/link_words.h"
#include "ui/theme/tone.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QScrollBar>

#include <chrono>
#include <utility>

namespace widthwise::ui {

namespace {

using namespace std::chrono_literals;

constexpr int mostLines = 2000;
/// What was read so lately is not old: a driver reads what is looked at every second, and tells every few
/// that there is no more.
constexpr auto freshFor = 15s;
/// Of the last reading of a trial's output, before it is known to have ended.
constexpr auto leeway = 2s;

TimePoint now()
{
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

} // namespace

LogTail::LogTail(QWidget* parent)
    : QWidget(parent), m_heading(new QLabel), m_where(new QLineEdit), m_checkpoint(new QLabel),
      m_loss(new QLabel), m_age(new QLabel), m_reason(new QLabel), m_text(new QPlainTextEdit)
{
    m_heading->setObjectName(QStringLiteral("logHeading"));
    m_heading->setFont(Theme::instance().strong());
    m_where->setObjectName(QStringLiteral("trialFolder"));
    m_where->setAccessibleName(tr("Folder of the trial"));
    m_where->setReadOnly(true);
    m_where->setFrame(false);
    setTone(*m_where, Tone::Muted);
    m_checkpoint->setObjectName(QStringLiteral("trialCheckpoint"));
    m_checkpoint->setAccessibleName(tr("Checkpoint of the trial"));
    m_checkpoint->setToolTip(tr("What it takes on its disk. Those that nothing can need are deleted."));
    setTone(*m_checkpoint, Tone::Muted);
    m_loss->setObjectName(QStringLiteral("logLoss"));
    m_loss->setAccessibleName(tr("What was deleted"));
    setTone(*m_loss, Tone::Bad);
    m_age->setObjectName(QStringLiteral("logAge"));
    m_age->setAccessibleName(tr("How old the output is"));
    setTone(*m_age, Tone::Warning);
    m_reason->setObjectName(QStringLiteral("trialReason"));
    m_reason->setAccessibleName(tr("Why the trial is in this state"));
    m_reason->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_reason->setWordWrap(true);
    m_reason->setContentsMargins(grid, 0, grid, grid / 2);

    m_text->setObjectName(QStringLiteral("log"));
    m_text->setAccessibleName(tr("Output of the selected trial"));
    m_text->setReadOnly(true);
    m_text->setFrameShape(QFrame::NoFrame);
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->setMaximumBlockCount(mostLines);
    m_text->setFont(Theme::instance().code());
    m_text->document()->setDocumentMargin(grid);
    layOut();

    followFile();
    show(nullptr, {}, {});
}

void LogTail::followFile()
{
    connect(&m_tail, &FileTail::started, this, [this](const QString& path) {
        if (path != m_file || path.isEmpty())
            return;
        clearText();
        m_found.reset();
    });
    connect(&m_tail, &FileTail::appended, this, [this](const QString& text, const QString& rest) {
        if (!m_file.isEmpty())
            append(text, rest);
    });
    connect(&m_tail, &FileTail::foundAt, this, [this](FileTail::Place place) {
        if (!m_file.isEmpty())
            m_found = place;
        tick();
    });
}

void LogTail::clearText()
{
    m_text->clear();
    m_rest.clear();
}

void LogTail::layOut()
{
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(grid, grid / 2, grid, grid / 2);
    bar->setSpacing(grid * 2);
    bar->addWidget(m_heading);
    bar->addWidget(m_checkpoint);
    bar->addWidget(m_loss);
    bar->addWidget(m_age);
    bar->addWidget(m_where, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(bar);
    column->addWidget(m_reason); // whole, in a line of its own
    column->addWidget(m_text, 1);
}

void LogTail::show(const Trial* trial, const TrialsPlace& place, const QString& folder)
{
    const bool another = folder != m_folder || place != m_place;
    m_trial = trial ? std::optional(*trial) : std::nullopt;
    m_place = place;
    m_folder = folder;
    m_heading->setText(trial ? tr("Output of trial %1").arg(trial->number) : tr("Output"));
    m_where->setVisible(trial != nullptr);
    const std::string checkpoint = trial ? checkpointText(*trial) : std::string();
    m_checkpoint->setVisible(!checkpoint.empty());
    m_checkpoint->setText(tr("checkpoint %1").arg(QString::fromStdString(checkpoint)));
    showReason();
    if (another) {
        m_where->setText(QString::fromStdString(place.named(folder.toStdString())));
        m_where->setCursorPosition(0);
        m_output.reset();
        m_found.reset();
        clearText();
        const bool here = trial && !place.isRemote();
        m_file = here ? folder + QLatin1Char('/') + QString::fromStdString(std::string(trial_file::output))
                      : QString();
        m_tail.follow(m_file);
    }
    tick();
}

void LogTail::showReason()
{
    const bool known = m_trial && !m_trial->reason.empty();
    const bool strange = m_trial && !m_trial->notices.empty();
    m_reason->setVisible(known || strange);
    QStringList lines;
    const StateSign sign = m_trial ? Theme::sign(m_trial->state) : StateSign();
    if (known)
        lines.append(
            QStringLiteral("%1 %2: %3").arg(sign.shape, sign.label, QString::fromStdString(m_trial->reason)));
    if (strange)
        for (const Notice& notice : m_trial->notices)
            lines.append(QStringLiteral("⚠ %1").arg(QString::fromStdString(toText(notice))));
    m_reason->setText(lines.join(QLatin1Char('\n')));
    setTone(*m_reason, known ? sign.tone : Tone::Warning);
}

void LogTail::showOutput(const std::optional<OutputTail>& tail)
{
    if (!m_place.isRemote())
        return;
    const std::optional<OutputTail> before = std::exchange(m_output, tail);
    if (tail) {
        const std::int64_t end = tail->first + std::ssize(tail->bytes);
        const bool goesOn =
            before && before->attempt == tail->attempt && tail->first <= m_shownEnd && m_shownEnd <= end;
        if (!goesOn)
            clearText();
        const qsizetype known = goesOn ? m_shownEnd - tail->first : 0;
        const QByteArray bytes = QByteArray::fromStdString(tail->bytes).mid(known);
        if (!goesOn)
            m_lines.clear();
        const QString lines = m_lines.take(bytes, !goesOn && tail->first > 0);
        append(lines, m_lines.rest());
        m_shownEnd = end;
        m_output->bytes.clear();
    }
    tick();
}

void LogTail::setDriver(const std::optional<DriverInfo>& driver)
{
    m_driver = driver;
    tick();
}

void LogTail::tick()
{
    const QString age = ageText();
    m_age->setText(age);
    m_age->setVisible(!age.isEmpty());
    const QString loss = lossText();
    m_loss->setText(loss);
    m_loss->setVisible(!loss.isEmpty());
    m_text->setPlaceholderText(placeholder());
}

/// Nothing where what is shown is all that there is, or is being read.
QString LogTail::ageText() const
{
    if (!m_trial || !m_output)
        return {};
    const bool ofThisAttempt = m_output->attempt == m_trial->attempt;
    if (!ofThisAttempt)
        return tr("of attempt %1").arg(m_output->attempt);
    if (isFinal(m_trial->state) && m_trial->finished && m_output->read + leeway >= *m_trial->finished)
        return {};
    const QString why = hindrance();
    if (why.isEmpty() && now() - m_output->read < freshFor)
        return {};
    const QString moment = tr("as of %1").arg(momentText(m_output->read, now()));
    return why.isEmpty() ? moment : tr("%1, %2").arg(moment, why);
}

QString LogTail::placeholder() const
{
    if (!m_trial)
        return tr("Select a trial to see what it prints.");
    const bool unknown = m_place.isRemote() && !m_output;
    const QString why = hindrance();
    if (unknown && !why.isEmpty())
        return tr("It was not read yet: %1.").arg(why);
    if (const QString loss = lossText(); !loss.isEmpty())
        return tr("Nothing of what it printed can be shown: %1.").arg(loss);
    if (!m_trial->started && !isFinal(m_trial->state))
        return tr("It has not started yet.");
    return isFinal(m_trial->state) ? tr("It printed nothing.") : tr("It has printed nothing yet.");
}

/// What a trial that was started on this machine has no more; empty where nothing is missing.
QString LogTail::lossText() const
{
    if (!m_trial || !m_trial->started || !m_found || *m_found == FileTail::Place::There)
        return {};
    if (*m_found == FileTail::Place::NoFolder)
        return tr("its folder was deleted or moved");
    const bool known = isFinal(m_trial->state) || !m_text->document()->isEmpty();
    return known ? tr("its output file was deleted") : QString();
}

/// What keeps the output of a trial on another machine from being read; empty if nothing.
QString LogTail::hindrance() const
{
    if (!m_place.isRemote())
        return {};
    if (!isAlive(m_driver))
        return tr("no driver runs");
    if (!m_driver->link || m_driver->link->state == SiteLink::State::Connected)
        return {};
    return m_driver->link->state == SiteLink::State::NeedsPerson ? tr("the site needs you")
                                                                 : tr("the link is lost");
}

/// What was shown of the line under way gives way to what has become of it.
void LogTail::append(const QString& text, const QString& rest)
{
    if (text.isEmpty() && rest == m_rest)
        return;
    m_rest = rest;
    QScrollBar* bar = m_text->verticalScrollBar();
    const bool atEnd = bar->value() == bar->maximum();
    QTextCursor cursor(m_text->document());
    cursor.movePosition(QTextCursor::End);
    cursor.movePosition(QTextCursor::StartOfBlock, QTextCursor::KeepAnchor);
    cursor.insertText(text + rest);
    if (atEnd)
        bar->setValue(bar->maximum());
}

} // namespace widthwise::ui
