// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/design/cost_panel.h"

#include "ui/design/forecast_words.h"
#include "ui/theme/theme.h"
#include "ui/theme/tone.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <algorithm>

namespace widthwise::ui {

namespace {

constexpr int seeds = 5;
constexpr std::int64_t mostEvents = 2'000'000; ///< some seconds
constexpr int mostSteps = 1'000'000'000;
constexpr int mostWorkers = 100'000;

QDoubleSpinBox* percentBox(const QString& name, const QString& help, QWidget* parent)
{
    auto* box = new QDoubleSpinBox(parent);
    box->setRange(0, 100);
    box->setDecimals(1);
    box->setSuffix(QStringLiteral(" %"));
    box->setAccessibleName(name);
    box->setToolTip(help);
    return box;
}

} // namespace

CostPanel::CostPanel(StoreClient& client, QWidget* parent)
    : QWidget(parent), m_reader(client, *this, [this] { return nextReading(); }),
      m_source(new QComboBox(this)), m_workers(new QSpinBox(this)), m_steps(new QSpinBox(this)),
      m_stepTime(new QDoubleSpinBox(this)),
      m_lost(percentBox(tr("Lost"), tr("Attempts whose machine is lost on the way"), this)),
      m_diverging(percentBox(tr("Diverging"), tr("Configurations that diverge"), this)),
      m_result(new QLabel(this)), m_assumed(new QLabel(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, grid, 0, 0);
    layout->setSpacing(grid);
    auto* form = new QFormLayout;
    form->setVerticalSpacing(grid / 2);
    makeForm(*form);
    layout->addLayout(form);
    m_result->setObjectName(QStringLiteral("forecast"));
    m_result->setAccessibleName(tr("What the search would cost"));
    m_assumed->setObjectName(QStringLiteral("forecastAssumptions"));
    m_assumed->setAccessibleName(tr("What the forecast rests on"));
    setTone(*m_assumed, Tone::Muted);
    for (QLabel* label : {m_result, m_assumed}) {
        label->setWordWrap(true);
        label->setTextFormat(Qt::PlainText);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
        layout->addWidget(label);
    }
    layout->addStretch(1);
    connect(&m_job, &ForecastJob::made, this, [this](const std::vector<Forecast>& forecasts) {
        QString words = forecastWords(forecasts);
        if (std::ssize(forecasts) < seeds)
            words += u'\n' + tr("simulated %1 of %2 times …").arg(forecasts.size()).arg(seeds);
        say(words);
    });
    connect(&m_job, &ForecastJob::failed, this, [this](const QString& reason) { say(reason, true); });
}

void CostPanel::makeForm(QFormLayout& form)
{
    m_source->setObjectName(QStringLiteral("forecastSource"));
    m_source->setAccessibleName(tr("Trials go"));
    m_source->setToolTip(tr("What trials take and reach: made up, or as recorded ones did"));
    m_source->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_workers->setObjectName(QStringLiteral("forecastWorkers"));
    m_workers->setAccessibleName(tr("In parallel"));
    m_workers->setRange(0, mostWorkers);
    m_workers->setSpecialValueText(tr("as designed"));
    m_steps->setAccessibleName(tr("Steps of a run"));
    m_steps->setRange(0, mostSteps);
    m_steps->setSpecialValueText(tr("as designed"));
    m_stepTime->setObjectName(QStringLiteral("forecastStepTime"));
    m_stepTime->setAccessibleName(tr("Time of a step"));
    m_stepTime->setRange(0.0001, 1e6);
    m_stepTime->setDecimals(4);
    m_stepTime->setValue(1);
    m_stepTime->setSuffix(tr(" s"));
    for (QWidget* box : {static_cast<QWidget*>(m_source), static_cast<QWidget*>(m_workers),
                         static_cast<QWidget*>(m_steps), static_cast<QWidget*>(m_stepTime),
                         static_cast<QWidget*>(m_lost), static_cast<QWidget*>(m_diverging)})
        box->setMinimumWidth(8 * grid);
    form.setRowWrapPolicy(QFormLayout::WrapLongRows);
    form.addRow(tr("Trials go"), m_source);
    form.addRow(tr("In parallel"), m_workers);
    form.addRow(tr("Steps of a run"), m_steps);
    form.addRow(tr("Time of a step"), m_stepTime);
    form.addRow(tr("Lost"), m_lost);
    form.addRow(tr("Diverging"), m_diverging);
    connect(m_source, &QComboBox::activated, this, [this] {
        m_choice = m_source->currentData().toLongLong();
        m_reader.restart();
    });
    for (QSpinBox* box : {m_workers, m_steps})
        connect(box, &QSpinBox::valueChanged, this, &CostPanel::simulate);
    for (QDoubleSpinBox* box : {m_stepTime, m_lost, m_diverging})
        connect(box, &QDoubleSpinBox::valueChanged, this, &CostPanel::simulate);
}

void CostPanel::show(const ExperimentRecord& record, const Experiment& experiment)
{
    if (record.id == m_record.id && m_experiment == experiment)
        return;
    if (record.id != m_record.id)
        m_choice.reset();
    m_record = record;
    m_experiment = experiment;
    m_reader.restart();
}

void CostPanel::showNothing(const QString& reason)
{
    m_experiment.reset();
    m_job.cancel();
    m_assumed->clear();
    say(reason, true);
}

CostPanel::Reading CostPanel::read(Database& database, const ExperimentRecord& record,
                                   const Experiment& experiment, std::optional<std::int64_t> choice)
{
    Reading reading;
    reading.forerunners = forerunners(database, record, experiment);
    for (const ExperimentRecord& forerunner : reading.forerunners) {
        if (choice.value_or(forerunner.id) != forerunner.id)
            continue;
        try {
            reading.like = trialsLike(database, forerunner, experiment, {});
            reading.chosen = forerunner.id;
            break;
        } catch (const std::invalid_argument& error) { // without its curves
            if (!choice)
                continue;
            reading.problem = QString::fromUtf8(error.what());
            reading.chosen = forerunner.id;
        }
    }
    return reading;
}

PageReader::Read CostPanel::nextReading()
{
    if (!m_experiment)
        return {};
    return [this, record = m_record, experiment = *m_experiment,
            choice = m_choice](Database& database) -> PageReader::Take {
        return [this, reading = read(database, record, experiment, choice)] { take(reading); };
    };
}

void CostPanel::take(const Reading& reading)
{
    m_reading = reading;
    fillSources(reading);
    for (QWidget* box : {static_cast<QWidget*>(m_steps), static_cast<QWidget*>(m_stepTime),
                         static_cast<QWidget*>(m_diverging)})
        box->setEnabled(reading.chosen == 0); // else as recorded
    simulate();
}

void CostPanel::fillSources(const Reading& reading)
{
    const QSignalBlocker blocker(m_source);
    m_source->clear();
    m_source->addItem(tr("as made up"), qint64(0));
    for (const ExperimentRecord& record : reading.forerunners)
        m_source->addItem(tr("as those of %1").arg(QString::fromStdString(record.name)), qint64(record.id));
    m_source->setCurrentIndex(m_source->findData(qint64(reading.chosen)));
}

ForecastAssumptions CostPanel::assumptions() const
{
    ForecastAssumptions assumptions;
    if (m_steps->value() > 0)
        assumptions.steps = m_steps->value();
    assumptions.stepTime = Seconds(m_stepTime->value());
    assumptions.lostRate = m_lost->value() / 100;
    assumptions.divergeRate = m_diverging->value() / 100;
    return assumptions;
}

void CostPanel::simulate()
{
    if (!m_experiment)
        return;
    if (!m_reading.problem.isEmpty()) {
        m_job.cancel();
        m_assumed->clear();
        return say(m_reading.problem, true);
    }
    ForecastRequest request{*m_experiment, assumptions(), m_reading.like, seeds, mostEvents};
    if (m_workers->value() > 0)
        request.experiment.resources.parallel = m_workers->value();
    if (request.like)
        request.like->trials.lostRate = request.assumptions.lostRate;
    const QString like = m_reading.chosen == 0 ? QString() : m_source->currentText();
    m_assumed->setText(assumptionWords(request.experiment, request.assumptions, like));
    say(tr("simulating …"));
    m_job.start(request);
}

void CostPanel::say(const QString& result, bool isProblem)
{
    m_result->setText(result);
    setTone(*m_result, isProblem ? Tone::Bad : Tone::Text);
}

} // namespace widthwise::ui
