// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/design/distribution.h"

#include <QWidget>

#include <vector>

class QMimeData;
class QToolButton;
class QVBoxLayout;

namespace widthwise::ui {

class Field;
class ParameterCard;
class ParameterModel;

/// The cards of a ParameterModel below one another; they can be dragged into another order.
class ParameterList : public QWidget {
    Q_OBJECT
public:
    ParameterList(ParameterModel& model, QWidget* parent);

    void setReadOnly(bool readOnly);
    /// Shows on each card what the samples look like.
    void setSamples(const std::vector<Configuration>& samples);
    ParameterCard* card(int row) const { return m_cards[static_cast<std::size_t>(row)]; }
    /// The field of a key of the file (`space.max_lr.low`); null where no card has it.
    Field* field(const QString& key) const;
    /// The first field that has a problem; null where none has.
    Field* firstProblem() const;
    int count() const { return static_cast<int>(m_cards.size()); }

Q_SIGNALS:
    /// The card at this place wants to be seen.
    void revealed(QWidget* card);

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragMoveEvent(QDragMoveEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void rebuild();
    void insertCards(int first, int last);
    void removeCards(int first, int last);
    void moveCard(int from, int before);
    void restoreTabOrder();
    void refresh();
    QWidget* makeAddButton();
    void startDrag(int row);
    int carriedRow(const QMimeData& carried) const;
    /// Before which row something dropped at `y` would stand.
    int rowAt(int y) const;
    int edgeOf(int row) const;

    ParameterModel& m_model;
    QVBoxLayout* m_layout;
    QToolButton* m_add;
    std::vector<ParameterCard*> m_cards;
    std::vector<Configuration> m_samples;
    int m_dropRow = -1;
    bool m_readOnly = false;
    bool m_adding = false;
};

} // namespace widthwise::ui
