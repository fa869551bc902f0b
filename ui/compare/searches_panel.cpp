// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/searches_panel.h"

#include "ui/compare/picture_button.h"
#include "ui/compare/search_chart.h"
#include "ui/pages/column_widths.h"
#include "ui/pages/elided_label.h"
#include "ui/pages/row_table.h"
#include "ui/plot/chart.h"
#include "ui/theme/tone.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace widthwise::ui {

namespace {

constexpr int fewestRows = 2; // of the table that are seen at once
constexpr int mostRows = 8;
constexpr int mostLines = 5;           // of who is better
constexpr int chartHeight = 26 * grid; // at least: the table gives way to the curves

} // namespace

SearchesPanel::SearchesPanel(StoreClient& client, QWidget* parent)
    : QWidget(parent), m_reader(client, *this, [this] { return nextReading(); }), m_words(new QLabel(this)),
      m_cost(new QComboBox(this)), m_said(new ElidedLabel(Qt::ElideMiddle, this)), m_chart(new Chart(this)),
      m_table(new QTableView(this))
{
    m_words->setObjectName(QStringLiteral("searchDifferences"));
    m_words->setAccessibleName(tr("Which search is better"));
    m_words->setWordWrap(true);
    m_words->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_chart->setAccessibleName(tr("Best value against what was spent"));
    m_chart->setMinimumHeight(chartHeight);
    makeTable();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(grid);
    layout->addWidget(m_words);
    layout->addLayout(makeBar(client));
    layout->addWidget(m_chart, 1);
    layout->addWidget(m_table);

    connect(&client, &StoreClient::experimentsChanged, &m_reader, &PageReader::readSoon);
    connect(m_cost, &QComboBox::activated, this, &SearchesPanel::refresh);
    connect(&m_model, &SearchesModel::chosen, this, [this](qint64 key, bool wanted) {
        m_chosen[key] = wanted;
        m_reader.restart();
    });
    refresh();
}

QLayout* SearchesPanel::makeBar(StoreClient& client)
{
    m_cost->setObjectName(QStringLiteral("searchCost"));
    m_cost->setAccessibleName(tr("What the searches have spent"));
    m_cost->setToolTip(tr("What the best value is drawn against, and where the searches are compared"));
    m_cost->addItem(tr("against trials"), int(SearchCost::Trials));
    m_cost->addItem(tr("against device hours"), int(SearchCost::DeviceHours));
    m_cost->addItem(tr("against time"), int(SearchCost::WallTime));
    setTone(*m_said, Tone::Muted);
    m_picture = new PictureButton(*m_chart, client, this);
    connect(m_picture, &PictureButton::said, m_said, &QLabel::setText);
    auto* bar = new QHBoxLayout;
    bar->setSpacing(grid);
    bar->addWidget(m_cost);
    bar->addWidget(m_said, 1);
    bar->addWidget(m_picture);
    return bar;
}

void SearchesPanel::makeTable()
{
    m_table->setModel(&m_model);
    outlineChecks(*m_table);
    m_table->setAccessibleName(tr("Searches"));
    showRows(*m_table);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_widths = new ColumnWidths(*m_table, QStringLiteral("searches"));
}

void SearchesPanel::showExperiment(const ExperimentRecord& experiment)
{
    const bool other = experiment.id != m_record.id;
    m_record = experiment;
    if (!other)
        return m_reader.readSoon();
    m_chosen.clear();
    m_said->clear();
    m_picture->setFileName(QString::fromStdString(m_record.name) + QStringLiteral("-searches"));
    take({});
    m_reader.restart();
}

PageReader::Read SearchesPanel::nextReading()
{
    if (m_record.id == 0)
        return {};
    return [this, record = m_record, chosen = m_chosen,
            known = m_shown.known](Database& database) -> PageReader::Take {
        return [this, reading = readSearches(database, record, chosen, known)] { take(reading); };
    };
}

void SearchesPanel::take(SearchesReading reading)
{
    m_shown = std::move(reading);
    refresh();
}

SearchCost SearchesPanel::cost() const
{
    return static_cast<SearchCost>(m_cost->currentData().toInt());
}

QString SearchesPanel::differences() const
{
    const std::vector<SearchGroup>& groups = m_shown.comparison.groups;
    if (m_record.id == 0)
        return tr("No experiment is chosen.");
    if (groups.empty())
        return tr("The experiment's text has a problem, see Design.");
    if (groups.size() == 1)
        return tr("The store has no other search for %1. Duplicate this experiment and give it another "
                  "algorithm, scheduler or seed.")
            .arg(QString::fromStdString(m_shown.comparison.objective.metric));
    QStringList lines;
    for (std::size_t i = 1; i < groups.size(); ++i)
        if (const QString text = m_model.differenceOf(int(i)); !text.isEmpty())
            lines.append(text);
    if (lines.isEmpty())
        return tr("Nothing to compare yet: tick searches below whose trials have ended.");
    if (lines.size() > mostLines)
        lines = lines.mid(0, mostLines) + QStringList(tr("The tool tips below say it of the others."));
    return lines.join(u'\n');
}

void SearchesPanel::refresh()
{
    m_model.show(m_shown, cost());
    m_words->setText(differences());
    m_chart->setData(searchChart(m_shown.comparison, cost()));
    m_chart->setAccessibleDescription(m_words->text());
    m_widths->applyContents();
    const auto heightOf = [this](int rows) {
        return m_table->horizontalHeader()->sizeHint().height() +
               std::min(rows, m_model.rowCount()) * m_table->verticalHeader()->defaultSectionSize() + 1;
    };
    m_table->setMinimumHeight(heightOf(fewestRows));
    m_table->setMaximumHeight(heightOf(mostRows));
}

} // namespace widthwise::ui
