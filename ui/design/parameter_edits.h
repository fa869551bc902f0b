// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/space/search_space.h"

#include <QCoreApplication>
#include <QString>
#include <QStringList>

#include <optional>

namespace widthwise::ui {

/// What a person sees and edits of one parameter, each as a piece of text.
enum class ParameterField { Name, Type, Scale, Low, High, Step, Values, Condition, ConditionValues };
inline constexpr int parameterFieldCount = 9;

/// A space after an edit, or in words why the text cannot stand in that field (`error`, then not empty).
struct SpaceEdit {
    SearchSpace space;
    QString error;
};

/// Edits of a search space as a person makes them: one field, one card at a time. All functions are pure.
class ParameterEdits {
    Q_DECLARE_TR_FUNCTIONS(ParameterEdits)
public:
    /// `float`, `integer`, `categorical`, `fixed`, as the file calls them: the text of ParameterField::Type.
    static QStringList types();
    /// What a condition of the parameter at `row` may be on: the parameters before it, those first that have
    /// a few values to compare with.
    static QStringList conditions(const SearchSpace& space, int row);
    /// In words: "lower bound".
    static QString fieldLabel(ParameterField field);
    /// The field's key in the experiment file, the last part of `space.max_lr.low`.
    static QString fieldKey(const Parameter& parameter, ParameterField field);

    /// Whether the parameter has that field at all: a choice has no bounds.
    static bool applies(const Parameter& parameter, ParameterField field);
    static QString text(const Parameter& parameter, ParameterField field);
    static SpaceEdit withField(const SearchSpace& space, int row, ParameterField field, const QString& text);

    /// A new parameter of the type at `row`, with a free name.
    static SearchSpace withNew(const SearchSpace& space, int row, const QString& type);
    static SearchSpace withDuplicate(const SearchSpace& space, int row);
    static SearchSpace without(const SearchSpace& space, int row);
    /// The parameter of row `from` stands at row `to` afterwards.
    static SearchSpace withMoved(const SearchSpace& space, int from, int to);
};

} // namespace widthwise::ui
