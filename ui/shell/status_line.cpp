// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/status_line.h"

#include "core/experiment/checkpoints.h"
#include "core/experiment/experiment_file.h"
#include "core/experiment/progress.h"
#include "core/experiment/trial_notices.h"
#include "ui/models/experiments_model.h"
#include "ui/models/link_words.h"
#include "ui/models/texts.h"
#include "ui/pages/elided_label.h"
#include "ui/pages/reason_label.h"
#include "ui/theme/theme.h"
#include "ui/theme/tone.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <array>

namespace widthwise::ui {

namespace {

using namespace std::chrono_literals;

TimePoint now()
{
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::optional<Experiment> parsed(const std::string& yaml)
{
    try {
        return parseExperiment(yaml);
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

} // namespace

StatusLine::StatusLine(QWidget* parent)
    : QWidget(parent), m_driver(new QLabel), m_resume(new QPushButton(tr("Resume"))), m_link(new QLabel),
      m_login(new QPushButton(tr("Log in…"))), m_text(new ElidedLabel), m_notices(new ElidedLabel),
      m_store(new QLabel(tr("read-only"))), m_reason(new ReasonLabel)
{
    setObjectName(QStringLiteral("statusLine"));
    m_driver->setObjectName(QStringLiteral("driverState"));
    m_driver->setAccessibleName(tr("Driver"));
    m_driver->setTextFormat(Qt::RichText);
    m_resume->setObjectName(QStringLiteral("resumeDriver"));
    m_resume->setAccessibleName(tr("Resume the experiment with a new driver"));
    m_resume->setToolTip(tr("Start a new driver. Trials that still run are taken over, not restarted."));
    m_resume->setFlat(true);
    m_link->setObjectName(QStringLiteral("linkState"));
    m_link->setAccessibleName(tr("Link to the site"));
    m_link->setTextFormat(Qt::RichText);
    m_link->setMinimumWidth(1); // a long reason is cut, and in the tool tip
    m_login->setObjectName(QStringLiteral("logIn"));
    m_login->setAccessibleName(tr("Log in to the site"));
    m_login->setFlat(true);
    m_text->setObjectName(QStringLiteral("statusText"));
    m_text->setAccessibleName(tr("Trials"));
    m_text->setFont(Theme::instance().numbers());

    m_store->setObjectName(QStringLiteral("storeState"));
    m_store->setAccessibleName(tr("Store"));
    m_store->setForegroundRole(QPalette::PlaceholderText);
    m_store->hide();

    m_notices->setObjectName(QStringLiteral("noticesState"));
    m_notices->setAccessibleName(tr("What befell the metrics of the trials"));
    setTone(*m_notices, Tone::Warning);

    m_reason->setObjectName(QStringLiteral("statusReason"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(grid * 2, grid / 2, grid * 2, grid / 2);
    column->setSpacing(grid / 4);
    column->addWidget(m_reason);
    auto* row = new QHBoxLayout;
    column->addLayout(row);
    row->setSpacing(grid);
    row->addWidget(m_driver);
    row->addWidget(m_resume);
    row->addWidget(m_link);
    row->addWidget(m_login);
    row->addWidget(m_text);
    row->addWidget(m_notices);
    row->addStretch(1);
    row->addWidget(m_store);

    connect(m_resume, &QPushButton::clicked, this, &StatusLine::resumeWanted);
    connect(m_login, &QPushButton::clicked, this, &StatusLine::loginWanted);
    connect(&m_clock, &QTimer::timeout, this, &StatusLine::refresh);
    connect(&Theme::instance(), &Theme::changed, this, &StatusLine::refresh);
    m_clock.start(1s);
    refresh();
}

void StatusLine::showExperiment(const ExperimentOverview* overview, bool starting)
{
    m_starting = starting;
    if (!overview || !m_overview || m_overview->record.id != overview->record.id)
        m_trials.clear();
    if (!overview)
        m_experiment.reset();
    else if (!m_overview || m_overview->record.yaml != overview->record.yaml)
        m_experiment = parsed(overview->record.yaml);
    m_overview = overview ? std::optional(*overview) : std::nullopt;
    refreshReason();
    refresh();
}

void StatusLine::setReasonTold(bool told)
{
    m_reasonTold = told;
    refreshReason();
}

void StatusLine::refreshReason()
{
    m_reason->showReasonOf(m_overview && !m_reasonTold ? m_overview->record : ExperimentRecord());
}

void StatusLine::applyTrials(const TrialsUpdate& update)
{
    if (update.complete)
        m_trials.clear();
    for (const TrialRecord& record : update.trials) {
        const auto number = std::size_t(record.trial.number);
        if (number >= m_trials.size())
            m_trials.resize(number + 1);
        m_trials[number] = record.trial;
    }
    refresh();
}

void StatusLine::setReadOnly(const QString& reason)
{
    m_store->setToolTip(reason);
    m_store->setAccessibleDescription(reason);
    m_store->setVisible(!reason.isEmpty());
    refresh();
}

void StatusLine::refresh()
{
    m_driver->setVisible(m_overview.has_value());
    m_text->setVisible(m_overview.has_value());
    refreshDriver();
    refreshLink();
    refreshNotices();
    if (!m_overview)
        return;
    QStringList parts;
    const QString disk = QString::fromStdString(toText(checkpointTotal(m_trials)));
    for (const QString& part : {countsText(), effortText(), disk})
        if (!part.isEmpty())
            parts.append(part);
    m_text->setText(parts.isEmpty() ? QString() : QStringLiteral("· ") + parts.join(QStringLiteral(" · ")));
}

void StatusLine::refreshDriver()
{
    const bool wanted = m_overview && (m_overview->record.state == ExperimentState::Running ||
                                       m_overview->record.state == ExperimentState::Paused);
    const bool alive = m_overview && isAlive(m_overview->driver);
    m_resume->setVisible(wanted && !alive && !m_starting && m_store->isHidden());
    if (!m_overview)
        return;

    const auto& driver = m_overview->driver;
    QString sign = QStringLiteral("○");
    QString text = tr("not running");
    Tone tone = Tone::Muted;
    if (alive) {
        sign = QStringLiteral("●");
        text = tr("running");
        tone = Tone::Good;
        const bool linked = !driver->link || driver->link->state == SiteLink::State::Connected;
        if (!driver->notice.empty() && linked) {
            text = QString::fromStdString(driver->notice).toHtmlEscaped();
            tone = Tone::Warning;
        }
    } else if (m_starting) {
        sign = QStringLiteral("◌");
        text = tr("starting");
    } else if (isLost(driver)) {
        sign = QStringLiteral("◌");
        text = tr("lost, silent for %1").arg(shortDuration(now() - driver->heartbeat));
        tone = Tone::Warning;
    } else if (wanted) {
        text = tr("not running");
        tone = Tone::Warning;
    }
    m_driver->setText(tr("driver <span style='color:%1'>%2 %3</span>")
                          .arg(Theme::instance().color(tone).name(), sign, text));
    m_driver->setToolTip(
        driver ? tr("On %1, process %2").arg(QString::fromStdString(driver->host)).arg(driver->pid)
               : QString());
}

/// The first in full; all of them in the tool tip.
void StatusLine::refreshNotices()
{
    const std::vector<std::string> texts = m_overview ? noticeTexts(m_trials) : std::vector<std::string>();
    m_notices->setVisible(!texts.empty());
    QStringList lines;
    for (const std::string& text : texts)
        lines.append(QString::fromStdString(text));
    const QString more = texts.size() > 1 ? tr(" (and %n more)", "", int(texts.size()) - 1) : QString();
    m_notices->setText(lines.isEmpty() ? QString() : QStringLiteral("⚠ ") + lines.first() + more);
    m_notices->setToolTip(lines.join(QLatin1Char('\n')));
}

void StatusLine::refreshLink()
{
    const auto& driver = m_overview ? m_overview->driver : std::nullopt;
    const bool known = isAlive(driver) && driver->link;
    const bool copy = m_overview && m_overview->copyOf;
    m_link->setVisible(known || copy);
    m_login->setVisible(known && driver->link->state == SiteLink::State::NeedsPerson);
    if (!known && copy) {
        const MirrorRecord& mirror = m_overview->copyOf->mirror;
        m_link->setText(tr("on %1, as of %2")
                            .arg(QString::fromStdString(mirror.remote.host).toHtmlEscaped(),
                                 mirror.lastContact ? momentText(*mirror.lastContact, now()) : tr("never")));
        m_link->setToolTip(QString::fromStdString(mirror.problem));
    }
    if (!known)
        return;
    const LinkWords words = linkWords(*driver->link, now());
    const QString host = QString::fromStdString(driver->place.host).toHtmlEscaped();
    m_link->setText(
        QStringLiteral("%1 <span style='color:%2'>%3 %4</span>")
            .arg(host, Theme::instance().color(words.tone).name(), words.shape, words.text.toHtmlEscaped()));
    m_link->setToolTip(words.details);
}

QString StatusLine::countsText() const
{
    QStringList parts;
    for (const TrialState state : {TrialState::Running, TrialState::Queued, TrialState::Pending,
                                   TrialState::Paused, TrialState::Completed, TrialState::Stopped,
                                   TrialState::Failed, TrialState::Diverged, TrialState::Cancelled}) {
        const int count = m_overview->counts.at(std::size_t(state));
        if (count > 0)
            parts.append(QStringLiteral("%1 %2").arg(count).arg(Theme::sign(state).label));
    }
    return parts.join(QStringLiteral(", "));
}

QString StatusLine::effortText() const
{
    if (!m_experiment)
        return {};
    const Resources& resources = m_experiment->resources;
    const bool onGpus = resources.gpus > 0;
    const double hours = deviceHours(resources, m_trials, now()) * (onGpus ? 1 : resources.cpus);
    if (hours <= 0)
        return {};
    QStringList parts{
        tr("%1 %2 h").arg(QString::number(hours, 'f', hours < 0.1 ? 3 : 1), onGpus ? tr("GPU") : tr("CPU"))};
    if (m_overview->record.state == ExperimentState::Running)
        if (const auto left = remainingTime(*m_experiment, m_trials, now()))
            parts.append(remainingText(*left));
    return parts.join(QStringLiteral(" · "));
}

} // namespace widthwise::ui
