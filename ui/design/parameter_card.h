// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/design/parameter_edits.h"

#include <QPersistentModelIndex>
#include <QWidget>

#include <array>

class QLabel;
class QToolButton;

namespace widthwise::ui {

struct Distribution;
class DistributionPreview;
class Field;
class ParameterModel;

/// One row of a ParameterModel to edit: its fields, what its samples look like, and what is wrong with it.
class ParameterCard : public QWidget {
    Q_OBJECT
public:
    ParameterCard(ParameterModel& model, int row, QWidget* parent);

    int row() const { return m_index.row(); }
    /// Shows the row as it is now.
    void refresh();
    void setDistribution(const Distribution& distribution);
    void setReadOnly(bool readOnly);
    /// Puts the keyboard into the name, ready to be overwritten.
    void editName();
    /// The first field that has a problem; null where none has.
    Field* firstProblem() const;
    Field& field(ParameterField field) const { return *m_fields[static_cast<std::size_t>(field)]; }

    /// Where Tab stops, in order.
    QList<QWidget*> tabStops() const;

Q_SIGNALS:
    void dragged(int row);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void addField(ParameterField field, QWidget* editor);
    void arrange();
    void makeFields();
    QWidget* makeMenuButton();
    void addAction(const QString& text, const QKeySequence& keys, const std::function<void()>& act);
    void move(int by);
    void toggleCondition();
    void showProblems();
    void tellRefusal(ParameterField field);
    bool has(ParameterField field) const;

    ParameterModel& m_model;
    QPersistentModelIndex m_index;
    std::array<Field*, parameterFieldCount> m_fields{};
    DistributionPreview* m_preview;
    QLabel* m_handle;
    QLabel* m_problems;
    QToolButton* m_menu = nullptr;
    QAction* m_condition = nullptr;
    bool m_readOnly = false;
};

} // namespace widthwise::ui
