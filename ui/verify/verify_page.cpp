// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/verify/verify_page.h"

#include "core/study/derived_experiment.h"
#include "ui/pages/row_table.h"
#include "ui/plot/chart.h"
#include "ui/theme/tone.h"
#include "ui/verify/check_figure.h"
#include "ui/verify/check_options.h"
#include "ui/verify/verdict_panel.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace widthwise::ui {

namespace {

/// From this width on the table stands beside the chart.
constexpr int besideFrom = grid * 125;

} // namespace

VerifyPage::VerifyPage(StoreClient& client, QWidget* parent)
    : Page(parent), m_client(client), m_reader(client, *this, [this] { return nextReading(); }),
      m_verdict(new VerdictPanel), m_options(new CheckOptions), m_stack(new QStackedWidget),
      m_explanation(new QLabel), m_parts(new QSplitter), m_chart(new Chart),
      m_step(new QSlider(Qt::Horizontal)), m_stepText(new QLabel), m_table(new QTableView)
{
    m_explanation->setWordWrap(true);
    m_explanation->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_explanation->setMaximumWidth(grid * 90);
    m_explanation->setObjectName(QStringLiteral("explanation"));
    setTone(*m_explanation, Tone::Muted);
    makeTable();
    m_parts->addWidget(makeFigure());
    m_parts->addWidget(m_table);
    m_parts->setStretchFactor(0, 1);
    m_parts->setStretchFactor(1, 0);
    m_parts->setChildrenCollapsible(false);
    m_parts->setHandleWidth(grid);
    for (QWidget* content : {static_cast<QWidget*>(m_explanation), static_cast<QWidget*>(m_parts)}) {
        content->setContentsMargins(grid * 2, grid, grid * 2, grid);
        m_stack->addWidget(content);
    }
    m_stack->setAutoFillBackground(true);
    m_stack->setBackgroundRole(QPalette::Base);

    auto* head = new QVBoxLayout;
    head->setContentsMargins(grid * 2, grid * 2, grid * 2, grid * 3 / 2);
    head->setSpacing(grid * 3 / 2);
    head->addWidget(m_verdict);
    head->addWidget(m_options);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(head);
    column->addWidget(m_stack, 1);
    connectParts();
    showReport();
}

QWidget* VerifyPage::makeFigure()
{
    m_chart->setObjectName(QStringLiteral("coordinates"));
    m_chart->setAccessibleName(tr("Activations against width"));
    m_chart->setAccessibleDescription(
        tr("Mean size of every layer's output against width, SP beside μP; the table says the slopes"));
    m_step->setObjectName(QStringLiteral("step"));
    m_step->setAccessibleName(tr("Update before which activations are shown"));
    m_step->setPageStep(1);
    m_step->setMaximumWidth(grid * 30);
    m_stepText->setFont(Theme::instance().numbers());
    auto* label = new QLabel(tr("Before &update"));
    label->setBuddy(m_step);
    setTone(*label, Tone::Muted);
    auto* bar = new QHBoxLayout;
    bar->setSpacing(grid);
    bar->addWidget(label);
    bar->addWidget(m_step, 1);
    bar->addWidget(m_stepText);
    bar->addStretch(1);
    auto* figure = new QWidget;
    auto* column = new QVBoxLayout(figure);
    column->setContentsMargins(0, 0, 0, 0);
    column->addLayout(bar);
    column->addWidget(m_chart, 1);
    return figure;
}

void VerifyPage::makeTable()
{
    m_sorted.setSourceModel(&m_slopes);
    m_sorted.setSortRole(SlopeModel::SortRole);
    m_table->setObjectName(QStringLiteral("slopes"));
    m_table->setAccessibleName(tr("Slope of every layer"));
    m_table->setModel(&m_sorted);
    showRows(*m_table);
    m_table->setTextElideMode(Qt::ElideMiddle); // what tells layers apart stands at both ends
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(0, Qt::AscendingOrder);
    m_table->setMinimumSize(grid * 30, grid * 14);
}

void VerifyPage::connectParts()
{
    // Of any experiment: a check made out of the one shown may be running.
    connect(&m_client, &StoreClient::experimentsChanged, &m_reader, &PageReader::readSoon);
    connect(&m_client, &StoreClient::trialsChanged, &m_reader, &PageReader::readSoon);
    connect(m_verdict, &VerdictPanel::experimentWanted, this, &Page::experimentWanted);
    connect(m_options, &CheckOptions::checkWanted, this, &VerifyPage::makeCheck);
    connect(m_step, &QSlider::valueChanged, this, [this] {
        m_stepByHand = true;
        drawFigure();
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &VerifyPage::drawFigure);
}

void VerifyPage::showExperiment(const ExperimentRecord& experiment)
{
    const bool another = experiment.id != m_record.id;
    m_record = experiment;
    if (!another) {
        m_reader.readSoon();
        return;
    }
    m_stepByHand = false;
    m_table->clearSelection();
    m_state.reset();
    showReport();
    m_reader.restart();
}

PageReader::Read VerifyPage::nextReading()
{
    if (m_record.id == 0)
        return {};
    return [this, id = m_record.id](Database& database) -> PageReader::Take {
        return [this, state = readVerifyState(database, id)] {
            m_state = state;
            showReport();
        };
    };
}

void VerifyPage::resizeEvent(QResizeEvent* event)
{
    Page::resizeEvent(event);
    const Qt::Orientation orientation = width() >= besideFrom ? Qt::Horizontal : Qt::Vertical;
    if (orientation == m_parts->orientation())
        return;
    m_parts->setOrientation(orientation);
    layOutParts();
}

void VerifyPage::showReport()
{
    m_verdict->setState(m_state);
    const bool running = m_state && m_state->check && m_state->check->state == ExperimentState::Running;
    const bool offered = m_state && m_state->offer;
    m_options->setVisible(offered && !running);
    if (offered) {
        const CheckOffer& offer = *m_state->offer;
        m_options->setOffer(offer.plan, offer.learningRate,
                            offer.bestTrial
                                ? tr("that of trial %1, the best so far").arg(*offer.bestTrial)
                                : tr("that of the experiment, or the middle of what it searches"));
        m_options->setAgain(m_state->check.has_value());
    }
    const bool known = m_state && !m_state->report.isEmpty();
    m_stack->setCurrentIndex(known ? 1 : 0);
    explain();
    const int layers = m_slopes.rowCount();
    m_slopes.setReport(known ? std::shared_ptr<const CheckReport>(m_state, &m_state->report) : nullptr);
    if (!known)
        return;
    const bool alike = layers == m_slopes.rowCount();
    const std::vector<std::int64_t> times = m_state->report.times();
    {
        const QSignalBlocker quiet(m_step);
        m_step->setRange(0, int(times.size()) - 1);
        const auto deciding = std::ranges::find(times, decidingStep(m_state->report));
        if (!m_stepByHand)
            m_step->setValue(running ? m_step->maximum() : int(deciding - times.begin()));
    }
    drawFigure();
    if (!alike)
        layOutParts();
}

/// The chart gets all the room that the table does not need.
void VerifyPage::layOutParts()
{
    QHeaderView* header = m_table->horizontalHeader();
    const QFontMetrics metrics = m_table->fontMetrics();
    const int slope = metrics.horizontalAdvance(QStringLiteral("−0.00 ± 0.00  ✓")) + 3 * grid;
    int wanted = 0;
    for (int row = 0; row < m_slopes.rowCount(); ++row)
        wanted = std::max(wanted, metrics.horizontalAdvance(m_slopes.layer(row)) + 5 * grid);
    for (int column = 1; column < m_slopes.columnCount(); ++column) {
        header->setSectionResizeMode(column, QHeaderView::Interactive);
        header->resizeSection(column, slope);
        wanted += slope;
    }
    header->setSectionResizeMode(0, QHeaderView::Stretch);
    if (m_parts->orientation() == Qt::Horizontal)
        m_parts->setSizes({std::max(0, m_parts->width() - wanted), wanted});
    else
        m_parts->setSizes({3 * m_parts->height() / 5, 2 * m_parts->height() / 5});
}

void VerifyPage::explain()
{
    QString text;
    if (m_record.id == 0)
        text = tr("No experiment is chosen.");
    else if (m_state && m_state->check)
        text = isFinal(m_state->check->state)
                   ? tr("None of its trials recorded its layers. Monitor shows why they ended.")
                   : tr("The first trials are under way; what their layers say appears here.");
    else if (m_state && !m_state->problem.isEmpty())
        text = m_state->problem;
    else if (m_state)
        text =
            tr("The check trains this model for a few steps on one batch, at several widths, in SP and in "
               "μP, with "
               "the experiment's own optimizer and schedule. Under μP no layer's activations grow with the "
               "width; "
               "under SP they do, and a good learning rate of a narrow model is a bad one of a wide model.");
    m_explanation->setText(text);
}

std::int64_t VerifyPage::step() const
{
    const std::vector<std::int64_t> times = m_state->report.times();
    return times.at(std::size_t(std::clamp(m_step->value(), 0, int(times.size()) - 1)));
}

void VerifyPage::drawFigure()
{
    if (!m_state || m_state->report.isEmpty())
        return;
    const std::int64_t t = step();
    m_stepText->setText(QString::number(t));
    m_slopes.setStep(t);
    m_chart->setData(checkFigure(m_state->report, t, selectedLayer().toStdString()));
}

QString VerifyPage::selectedLayer() const
{
    const QModelIndexList rows = m_table->selectionModel()->selectedRows();
    return rows.isEmpty() ? QString() : m_slopes.layer(m_sorted.mapToSource(rows.front()).row());
}

void VerifyPage::makeCheck()
{
    if (!m_state || !m_state->offer)
        return;
    const CheckOffer& offer = *m_state->offer;
    try {
        const Experiment check = coordinateCheckOf(offer.experiment, offer.configuration, m_options->plan());
        m_options->setProblem({});
        Q_EMIT experimentDerived(derivedRecord(offer.base, check), true);
    } catch (const std::invalid_argument& error) {
        m_options->setProblem(QString::fromUtf8(error.what()));
    }
}

} // namespace widthwise::ui
