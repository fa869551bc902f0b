// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/verify/check_line.h"

#include "core/experiment/experiment_file.h"
#include "core/study/coordinate_check_study.h"
#include "ui/theme/tone.h"
#include "ui/verify/check_words.h"

#include <QDateTime>
#include <QLocale>

namespace widthwise::ui {

namespace {

bool isCheck(const ExperimentRecord& record)
{
    const ExperimentReading reading = readExperiment(record.yaml);
    return reading.experiment && isCoordinateCheck(*reading.experiment);
}

/// Of the experiment, or else of what it was made from, the oldest first.
std::vector<ExperimentRecord> checksOf(const std::vector<ExperimentRecord>& all, std::int64_t experiment)
{
    std::vector<ExperimentRecord> checks;
    for (std::optional<std::int64_t> id = experiment; id && checks.empty();) {
        std::optional<std::int64_t> parent;
        for (const ExperimentRecord& record : all) {
            if (record.id == *id)
                parent = record.parent;
            if ((record.id == *id || record.parent == id) && isCheck(record))
                checks.push_back(record);
        }
        id = parent != id ? parent : std::nullopt;
    }
    return checks;
}

QString dateOf(const ExperimentRecord& record)
{
    const TimePoint time = record.finished.value_or(record.created);
    return QLocale().toString(QDateTime::fromMSecsSinceEpoch(time.time_since_epoch().count()),
                              QStringLiteral("d MMM yyyy, HH:mm"));
}

} // namespace

CheckLine::CheckLine(StoreClient& client, QWidget* parent) : QLabel(parent), m_client(client)
{
    setObjectName(QStringLiteral("lastCheck"));
    setAccessibleName(tr("What the last check of μP says"));
    setTextFormat(Qt::RichText);
    setTextInteractionFlags(Qt::TextBrowserInteraction);
    setWordWrap(true);
    connect(this, &QLabel::linkActivated, this,
            [this](const QString& id) { Q_EMIT experimentWanted(id.toLongLong()); });
    connect(&client, &StoreClient::experimentsChanged, this, &CheckLine::notice);
    connect(&Theme::instance(), &Theme::changed, this, &CheckLine::say);
    say();
}

void CheckLine::showExperiment(std::int64_t experiment)
{
    if (std::exchange(m_experiment, experiment) == experiment)
        return;
    m_reading.reset();
    m_stale = true;
    say();
    ask();
}

void CheckLine::showEvent(QShowEvent* event)
{
    QLabel::showEvent(event);
    if (m_stale)
        ask();
}

/// Counts of trials change often; what a check says changes only with its record.
void CheckLine::notice(const ExperimentList& experiments)
{
    std::vector<ExperimentRecord> records;
    for (const ExperimentOverview& overview : *experiments)
        records.push_back(overview.record);
    if (std::exchange(m_seen, records) == records)
        return;
    m_stale = true;
    ask();
}

void CheckLine::ask()
{
    if (m_experiment == 0 || !isVisible())
        return;
    m_stale = false;
    m_client.query<Reading>(
        this, [experiment = m_experiment](Database& database) { return read(database, experiment); },
        [this](const Reading& reading) {
            if (reading.experiment != m_experiment)
                return;
            m_reading = reading;
            say();
        });
}

CheckLine::Reading CheckLine::read(Database& database, std::int64_t experiment)
{
    Reading reading;
    reading.experiment = experiment;
    for (const ExperimentRecord& check : checksOf(Experiments(database).all(), experiment)) {
        if (!isFinal(check.state)) {
            reading.newest = check;
            continue;
        }
        reading.check = check;
        reading.newest.reset();
    }
    if (reading.check)
        reading.result = checkReport(database, reading.check->id).result();
    return reading;
}

QString CheckLine::link(const ExperimentRecord& record) const
{
    return QStringLiteral("<a href=\"%1\" style=\"color:%2\">%3</a>")
        .arg(record.id)
        .arg(Theme::instance().color(Tone::Accent).name(),
             QString::fromStdString(record.name).toHtmlEscaped());
}

QString CheckLine::verdict() const
{
    switch (m_reading->result) {
    case CheckResult::Holds:
        return tr("μP holds in this model");
    case CheckResult::Fails:
        return tr("μP does not hold in this model: the best learning rate may move with the width");
    case CheckResult::Unclear:
        return tr("It is not clear whether μP holds in this model");
    case CheckResult::TooLittle:
        return tr("The last check of μP had too little to tell");
    case CheckResult::Incomplete:
        return tr("The last check of μP gave nothing to judge");
    }
    Q_UNREACHABLE();
}

void CheckLine::say()
{
    QStringList parts;
    if (m_reading && m_reading->check) {
        const CheckSign sign = checkSign(m_reading->result);
        parts.append(
            QStringLiteral("<span style=\"color:%1\">%2</span> %3")
                .arg(Theme::instance().color(sign.tone).name(), sign.shape, verdict().toHtmlEscaped()));
        parts.append(tr("%1, %2").arg(link(*m_reading->check), dateOf(*m_reading->check)));
    } else if (m_reading) {
        parts.append(tr("Whether μP holds in this model was not checked yet: see Verify"));
    }
    if (m_reading && m_reading->newest)
        parts.append(tr("%1 has not ended").arg(link(*m_reading->newest)));
    setText(parts.join(QStringLiteral(" &nbsp;·&nbsp; ")));
}

} // namespace widthwise::ui
