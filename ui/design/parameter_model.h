// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/design/parameter_edits.h"

#include <QAbstractTableModel>

namespace widthwise::ui {

class ExperimentDocument;

/// The document's search space as a table: a parameter a row, a ParameterField a column, everything as text.
/// Every change is one step of the document's history.
class ParameterModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Role {
        ProblemRole = Qt::UserRole, ///< what is wrong with this field in the text, or empty
        AppliesRole,                ///< whether the parameter has this field
        OptionsRole,                ///< the values to choose from, where there is a list
        OptionLabelsRole,           ///< the same in words
    };

    explicit ParameterModel(ExperimentDocument& document, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;
    bool removeRows(int row, int count, const QModelIndex& parent = {}) override;
    bool moveRows(const QModelIndex& from, int row, int count, const QModelIndex& to, int child) override;

    /// Sets one field; returns in words why not, or an empty text.
    QString edit(int row, ParameterField field, const QString& text);
    /// What `editor` shows for the field does not stand; it does where `reason` is empty.
    void setRefusal(int row, ParameterField field, const QObject* editor, const QString& reason);
    /// The key of a field in the file.
    QString key(int row, ParameterField field) const;
    /// A person is done with a field.
    void endStep();
    void add(const QString& type);
    void duplicate(int row);

    const Parameter& parameter(int row) const { return m_space.parameters()[static_cast<std::size_t>(row)]; }

Q_SIGNALS:
    /// In words why rows could not be added, removed or moved.
    void refused(const QString& reason);

private:
    bool change(const SearchSpace& space, const QString& label);
    void reset();
    void update();
    void follow(const SearchSpace& space);
    QString problem(int row, ParameterField field) const;
    QStringList options(int row, ParameterField field) const;
    QStringList optionLabels(int row, ParameterField field) const;

    ExperimentDocument& m_document;
    SearchSpace m_space;
};

} // namespace widthwise::ui
