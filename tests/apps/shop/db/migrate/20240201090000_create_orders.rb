class CreateOrders < ActiveRecord::Migration[6.1]
  def change
    create_table :orders do |t|
      t.references :customer, null: false
      t.integer :cents, null: false
      t.timestamps
    end
  end
end
